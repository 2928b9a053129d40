import type { ViewProps } from '../app/view-props.js';
import { NoDevicesYet } from '../devices/no-devices-yet.js';
import { Button } from '../parts/button.js';
import { Content } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { useSearch } from '../router/router-context.js';
import { useCan, useQuery } from '../state/client-context.js';
import { FiguresCard, FiguresWaiting } from '../system/figures-card.js';
import { SharesCard } from '../system/shares-card.js';
import { EnrolDialog } from './enrol-dialog.js';
import { EnrolmentsCard } from './enrolments-card.js';
import { ProfileLevel } from './profile-level.js';

/** A Profile at a glance. */
export function ProfileSummaryView({ params: { profileId = '' } }: ViewProps) {
  const can = useCan();
  const [query, setQuery] = useSearch();
  const dashboard = useQuery('system.dashboard', { profileId }, [
    'device.*',
    'job.changed',
    { event: 'profile.changed', where: { profileId } },
  ]);
  const enrolling = query.get('enrol') === '1';
  const manage = can('profiles.settings', 'manage');
  return (
    <ProfileLevel
      profileId={profileId}
      panel
      actions={() =>
        manage && (
          <Button kind="primary" icon="add" onClick={() => setQuery({ enrol: '1' })}>
            Enrol a device
          </Button>
        )
      }
    >
      {(profile) => (
        <Content>
          <div class="stack gap-5">
            {profile.description && <p class="muted">{profile.description}</p>}
            <Loaded answer={dashboard} waiting={<FiguresWaiting />}>
              {(data) =>
                data.devices.total === 0 ? (
                  <NoDevicesYet profileId={profileId} />
                ) : (
                  <>
                    <FiguresCard dashboard={data} profileId={profileId} />
                    <div class="cards">
                      <SharesCard title="Operating systems" profileId={profileId} shares={data.byOperatingSystem} />
                      <SharesCard title="Device types" profileId={profileId} shares={data.byType} />
                    </div>
                  </>
                )
              }
            </Loaded>
            {can('profiles.settings') && <EnrolmentsCard profileId={profileId} />}
          </div>
          {enrolling && manage && (
            <EnrolDialog profile={profile} onClose={() => setQuery({ enrol: undefined }, { replace: true })} />
          )}
        </Content>
      )}
    </ProfileLevel>
  );
}
