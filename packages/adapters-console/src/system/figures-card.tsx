import type { Dashboard } from '@rmm/client';
import { formatNumber } from '../format/words.js';
import { Bar } from '../parts/bits.js';
import { Link } from '../router/link.js';
import { useCan } from '../state/client-context.js';

interface Figure {
  readonly label: string;
  readonly value: number;
  readonly to: string;
  /** The dot before the label once the value is above zero. */
  readonly tone?: 'good' | 'warn' | 'bad' | 'hollow' | 'busy';
}

/** The numbers of a System or Profile; each leads to the devices behind it. */
export function FiguresCard({ dashboard, profileId }: { readonly dashboard: Dashboard; readonly profileId?: string }) {
  const can = useCan();
  const { devices, jobs, lowDisk, staleAudit } = dashboard;
  const list = profileId ? `/profiles/${profileId}/devices` : '/system/devices';
  const byDefault = (id: string) => `${list}?filter=default-${id}`;
  const figures: Figure[] = [
    { label: 'Offline > 2 days', value: devices.offlineOver2Days, to: byDefault('offline-2-days'), tone: 'warn' },
    { label: 'Low disk', value: lowDisk, to: byDefault('low-disk'), tone: 'bad' },
    { label: 'Audit overdue', value: staleAudit, to: byDefault('stale-audit'), tone: 'warn' },
  ];
  const work: Figure[] = [
    { label: 'Active jobs', value: jobs.active, to: '/jobs?status=active', tone: 'busy' },
    { label: 'Succeeded today', value: jobs.succeededToday, to: '/jobs?colour=green', tone: 'good' },
    { label: 'Failed today', value: jobs.failedToday, to: '/jobs?colour=red', tone: 'bad' },
  ];
  const shown = [...figures, ...(can('jobs') ? work : [])];
  return (
    <section class="card figures-card" aria-label="Figures">
      <div class={`figures ${shown.length > figures.length ? '' : 'few'}`}>
        <Devices devices={devices} list={list} online={byDefault('online')} offline={byDefault('offline')} />
        {shown.map((figure) => (
          <FigureCell key={figure.label} {...figure} />
        ))}
      </div>
    </section>
  );
}

interface DevicesProps {
  readonly devices: Dashboard['devices'];
  readonly list: string;
  readonly online: string;
  readonly offline: string;
}

/** How many devices there are, and how many of them are here. */
function Devices({ devices, list, online, offline }: DevicesProps) {
  const share = devices.total > 0 ? devices.online / devices.total : 0;
  return (
    <div class="figure broad">
      <div class="head">
        <Link to={list}>
          <span class="value">{formatNumber(devices.total)}</span>
          <span class="muted">{devices.total === 1 ? 'device' : 'devices'}</span>
        </Link>
        <span class="row">
          <Link to={online} class="label">
            <i class="dot good" />
            {formatNumber(devices.online)} online
          </Link>
          <Link to={offline} class="label">
            <i class="dot hollow" />
            {formatNumber(devices.offline)} offline
          </Link>
        </span>
      </div>
      <Bar
        parts={[
          { share, tone: 'good' },
          { share: devices.total > 0 ? 1 - share : 0, tone: 'idle' },
        ]}
        label={`${devices.online} of ${devices.total} devices are online`}
      />
    </div>
  );
}

function FigureCell({ label, value, to, tone }: Figure) {
  return (
    <Link to={to} class="figure">
      <span class={`value ${value === 0 ? 'zero' : ''}`}>{formatNumber(value)}</span>
      <span class="label">
        {tone && value > 0 && <i class={`dot ${tone}`} />}
        {label}
      </span>
    </Link>
  );
}

export function FiguresWaiting() {
  return (
    <section class="card" role="status" aria-label="Loading">
      <div class="figures">
        {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
          <div key={key} class="figure">
            <span class="bone tall" />
            <span class="bone" />
          </div>
        ))}
      </div>
    </section>
  );
}
