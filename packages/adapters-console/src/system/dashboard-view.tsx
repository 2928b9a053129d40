import { NoDevicesYet } from '../devices/no-devices-yet.js';
import { Content } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { useCan, useQuery } from '../state/client-context.js';
import { ActivityCard } from './activity-card.js';
import { FiguresCard, FiguresWaiting } from './figures-card.js';
import { JobsCard } from './jobs-card.js';
import { ProfilesCard } from './profiles-card.js';
import { SharesCard } from './shares-card.js';
import { SystemLevel } from './system-level.js';

const DASHBOARD_EVENTS = ['device.*', 'job.changed', 'execution.changed', 'profile.changed'];

/** The System at a glance. */
export function DashboardView() {
  const can = useCan();
  const dashboard = useQuery('system.dashboard', {}, DASHBOARD_EVENTS);
  return (
    <SystemLevel panel>
      <Content>
        <Loaded answer={dashboard} waiting={<FiguresWaiting />}>
          {(data) =>
            data.devices.total + data.devices.suspended === 0 ? (
              <NoDevicesYet />
            ) : (
              <div class="stack gap-5">
                <FiguresCard dashboard={data} />
                <div class="cards">
                  <div class="stack gap-5">
                    <SharesCard title="Operating systems" shares={data.byOperatingSystem} />
                    {can('profiles') && <ProfilesCard />}
                    {can('jobs') && <JobsCard />}
                  </div>
                  <div class="stack gap-5">
                    <SharesCard title="Device types" shares={data.byType} />
                    {can('account.activity') && <ActivityCard />}
                  </div>
                </div>
              </div>
            )
          }
        </Loaded>
      </Content>
    </SystemLevel>
  );
}
