import type { Device, Filter } from '@rmm/client';
import { useState } from 'preact/hooks';
import { filterIcon } from '../filters/filter-icon.js';
import { WhyDialog } from '../filters/why-dialog.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { Loaded } from '../parts/loaded.js';
import { Link } from '../router/link.js';
import { useQuery } from '../state/client-context.js';

/** The filters that hold a device, each of which tells why. */
export function DeviceFiltersCard({ device }: { readonly device: Device }) {
  const { id: deviceId } = device;
  const filters = useQuery('filters.list', { deviceId }, [
    'filter.changed',
    { event: 'device.*', where: { deviceId } },
    'group.changed',
  ]);
  const [asked, setAsked] = useState<Filter | undefined>(undefined);
  return (
    <section class="card" aria-label="In these filters">
      <header>
        <h2>In these filters</h2>
      </header>
      <Loaded answer={filters} waiting={<div class="inner" />}>
        {({ items }) => (
          <ul class="list">
            {items.filter(isTelling).map((filter) => (
              <li key={filter.id}>
                <Icon name={filterIcon(filter)} class="small faint" />
                <Link to={listOf(filter)} class="grow row">
                  <span class="cut">{filter.name}</span>
                </Link>
                <Button
                  kind="ghost"
                  size="small"
                  aria-label={`Why in ${filter.name}?`}
                  onClick={() => setAsked(filter)}
                >
                  Why?
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {asked && (
        <WhyDialog device={device} of={{ filterId: asked.id }} name={asked.name} onClose={() => setAsked(undefined)} />
      )}
    </section>
  );
}

/** That a device is among all devices says nothing. */
const isTelling = ({ builtIn, id }: Filter) => !(builtIn && id.endsWith('-all'));

const listOf = ({ id, profileId }: Filter) =>
  `${profileId === null ? '/system' : `/profiles/${profileId}`}/devices?filter=${id}`;
