import type { FilterNode } from '@rmm/client';
import { devicesWhere } from '../devices/device-list-state.js';
import { capital, formatNumber } from '../format/words.js';
import { Bar } from '../parts/bits.js';
import { Link } from '../router/link.js';

interface Props {
  readonly title: string;
  readonly shares: readonly { readonly label: string; readonly count: number }[];
  /** The devices behind a bar. */
  readonly where: (label: string) => FilterNode;
  readonly profileId?: string;
}

const SHOWN = 8;

/** How many devices have each value, greatest first; each bar leads to its devices. */
export function SharesCard({ title, shares, where, profileId }: Props) {
  const sorted = [...shares].sort((a, b) => b.count - a.count);
  const most = sorted[0]?.count ?? 1;
  const rest = sorted.slice(SHOWN).reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="card">
      <header>
        <h2>{title}</h2>
      </header>
      <div class="inner">
        {sorted.length === 0 && <p class="muted">Known after the first audit.</p>}
        <div class="bars">
          {sorted.slice(0, SHOWN).map(({ label, count }) => (
            <Link key={label} to={devicesWhere(where(label), profileId)} title={`Show the devices: ${label}`}>
              <span class="cut">{capital(label)}</span>
              <Bar parts={[{ share: count / most }]} label={`${label}: ${count}`} />
              <span class="number">{formatNumber(count)}</span>
            </Link>
          ))}
        </div>
        {rest > 0 && <p class="faint">and {formatNumber(rest)} more</p>}
      </div>
    </section>
  );
}
