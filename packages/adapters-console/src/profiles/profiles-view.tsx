import type { Profile } from '@rmm/client';
import { useState } from 'preact/hooks';
import { formatNumber, plural } from '../format/words.js';
import { Bar } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Level } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { rowLink } from '../parts/row-link.js';
import { SearchBox } from '../parts/search-box.js';
import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useRouter, useSearch } from '../router/router-context.js';
import { useCan, useDesk, useQuery } from '../state/client-context.js';
import { NewProfileDialog } from './new-profile-dialog.js';

const EVENTS = [
  'profile.changed',
  'device.online',
  'device.offline',
  'device.enrolled',
  'device.suspended',
  'device.restored',
];

/** All Profiles. */
export function ProfilesView() {
  const can = useCan();
  const [query, setQuery] = useSearch();
  const [adding, setAdding] = useState(false);
  const search = query.get('q') ?? '';
  const profiles = useQuery('profiles.list', search ? { search } : {}, EVENTS);
  // A restricted role would not see what it makes.
  const { restricted } = useDesk().session;
  const add = !restricted && can('profiles', 'manage') && (
    <Button kind="primary" icon="add" onClick={() => setAdding(true)}>
      New Profile
    </Button>
  );
  return (
    <Level title="Profiles" name="Profiles" actions={add}>
      <div class="content flush">
        <div class="strip">
          <SearchBox label="Search Profiles" value={search} slash onValue={(q) => setQuery({ q }, { replace: true })} />
          {profiles.data && <span class="muted number">{plural(profiles.data.items.length, 'Profile')}</span>}
        </div>
        <Loaded answer={profiles}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="profile" title={search ? 'No Profile fits' : 'No Profiles yet'} actions={add}>
                {search
                  ? 'Try other words.'
                  : 'A Profile holds the devices of one client or office, and what they share.'}
              </Empty>
            ) : (
              <ProfileTable items={items} />
            )
          }
        </Loaded>
      </div>
      {adding && <NewProfileDialog onClose={() => setAdding(false)} />}
    </Level>
  );
}

function ProfileTable({ items }: { readonly items: readonly Profile[] }) {
  const router = useRouter();
  return (
    <div class="sheet-table">
      <table class="table" aria-label="Profiles">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide-only">
              Description
            </th>
            <th scope="col" class="end">
              Devices
            </th>
            <th scope="col">Online</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ id, name, description, devices }) => (
            <tr key={id} {...rowLink(router, `/profiles/${id}`)}>
              <td>
                <span class="name">
                  <Link to={`/profiles/${id}`} class="cut" tabIndex={-1}>
                    {name}
                  </Link>
                </span>
              </td>
              <td class="wide-only">
                <span class="cut muted">{description}</span>
              </td>
              <td class="end number">{formatNumber(devices.total)}</td>
              <td>
                <span class="row online-share">
                  <Bar
                    parts={[{ share: devices.total ? devices.online / devices.total : 0, tone: 'good' }]}
                    label={`${devices.online} of ${devices.total} online`}
                  />
                  <span class="number">{formatNumber(devices.online)}</span>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
