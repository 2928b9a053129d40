import { formatNumber } from '../format/words.js';
import { Bar } from '../parts/bits.js';
import { Link } from '../router/link.js';
import { useQuery } from '../state/client-context.js';

interface Props {
  readonly title: string;
  readonly shares: readonly { readonly label: string; readonly count: number }[];
  readonly profileId?: string;
}

const SHOWN = 8;

/** How many devices have each value, greatest first; each bar leads to the default filter of the same name. */
export function SharesCard({ title, shares, profileId }: Props) {
  const sorted = [...shares].sort((a, b) => b.count - a.count);
  const most = sorted[0]?.count ?? 1;
  const { data: filters } = useQuery('filters.list', profileId ? { profileId } : {}, ['filter.changed']);
  const rest = sorted.slice(SHOWN).reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="card">
      <header>
        <h2>{title}</h2>
      </header>
      <div class="inner">
        {sorted.length === 0 && <p class="muted">Known after the first audit.</p>}
        <div class="bars">
          {sorted.slice(0, SHOWN).map((share) => (
            <Share
              key={share.label}
              {...share}
              part={share.count / most}
              list={profileId ? `/profiles/${profileId}/devices` : '/system/devices'}
              filterId={filters?.items.find(({ builtIn, name }) => builtIn && name === share.label)?.id}
            />
          ))}
        </div>
        {rest > 0 && <p class="faint">and {formatNumber(rest)} more</p>}
      </div>
    </section>
  );
}

interface ShareProps {
  readonly label: string;
  readonly count: number;
  readonly part: number;
  readonly list: string;
  readonly filterId: string | undefined;
}

function Share({ label, count, part, list, filterId }: ShareProps) {
  const cells = (
    <>
      <span class="cut">{label}</span>
      <Bar parts={[{ share: part }]} label={`${label}: ${count}`} />
      <span class="number">{formatNumber(count)}</span>
    </>
  );
  if (!filterId) return <div class="share">{cells}</div>;
  return (
    <Link to={`${list}?filter=${filterId}`} class="share" title={`Show the devices: ${label}`}>
      {cells}
    </Link>
  );
}
