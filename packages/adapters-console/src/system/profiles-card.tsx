import { formatNumber } from '../format/words.js';
import { Bar } from '../parts/bits.js';
import { Loaded } from '../parts/loaded.js';
import { Link } from '../router/link.js';
import { useQuery } from '../state/client-context.js';

const SHOWN = 8;

/** The Profiles with the most devices, and how many of those are here. */
export function ProfilesCard() {
  const profiles = useQuery('profiles.list', {}, [
    'profile.changed',
    'device.online',
    'device.offline',
    'device.enrolled',
    'device.suspended',
    'device.restored',
  ]);
  return (
    <section class="card">
      <header>
        <h2>Profiles</h2>
        <Link to="/profiles" class="button ghost small">
          All Profiles
        </Link>
      </header>
      <Loaded answer={profiles} waiting={<div class="inner" />}>
        {({ items }) => (
          <div class="inner">
            <div class="bars">
              {[...items]
                .sort((a, b) => b.devices.total - a.devices.total)
                .slice(0, SHOWN)
                .map(({ id, name, devices: { total, online } }) => (
                  <Link key={id} to={`/profiles/${id}`} class="share">
                    <span class="cut">{name}</span>
                    <Bar
                      parts={[
                        { share: total > 0 ? online / total : 0, tone: 'good' },
                        { share: total > 0 ? 1 - online / total : 0, tone: 'idle' },
                      ]}
                      label={`${name}: ${online} of ${total} online`}
                    />
                    <span class="number">
                      {formatNumber(online)} <span class="faint">/ {formatNumber(total)}</span>
                    </span>
                  </Link>
                ))}
            </div>
          </div>
        )}
      </Loaded>
    </section>
  );
}
