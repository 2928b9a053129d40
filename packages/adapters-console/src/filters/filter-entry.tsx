import type { Filter } from '@rmm/client';
import { useState } from 'preact/hooks';
import { formatNumber, plural } from '../format/words.js';
import { JobDialog } from '../jobs/job-dialog-lazy.js';
import { confirm } from '../parts/confirm.js';
import { Icon } from '../parts/icon.js';
import { Menu, type MenuItem } from '../parts/menu.js';
import { Link } from '../router/link.js';
import { useRouter, useSearch } from '../router/router-context.js';
import { useCan, useClient, useReach } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { filterIcon } from './filter-icon.js';

interface Props {
  readonly filter: Filter;
  readonly base: string;
  /** The device list that it narrows is open. */
  readonly here: boolean;
  readonly onGo?: () => void;
}

export function FilterEntry({ filter, base, here, onGo }: Props) {
  const { id, name, description, devices, builtIn } = filter;
  const [query] = useSearch();
  const [running, setRunning] = useState(false);
  const items = useItems(filter, () => setRunning(true));
  // The list without any filter is the list of all devices.
  const plain = builtIn && id.endsWith('-all');
  const current =
    here && (plain ? !query.get('filter') && !query.get('group') && !query.get('where') : query.get('filter') === id);
  return (
    <div class={`entry ${current ? 'current' : ''}`}>
      <Link
        to={plain ? base : `${base}?filter=${id}`}
        title={description || name}
        current={current}
        {...(onGo && { onClick: onGo })}
      >
        <Icon name={filterIcon(filter)} />
        <span class="cut">{name}</span>
        <span class="tally">{formatNumber(devices)}</span>
      </Link>
      {items.length > 0 && <Menu size="small" label={`${name}: actions`} items={items} />}
      {running && <JobDialog target={{ filterId: id, label: name, devices }} onClose={() => setRunning(false)} />}
    </div>
  );
}

function useItems({ id, name, builtIn, devices, profileId }: Filter, onRun: () => void): readonly MenuItem[] {
  const client = useClient();
  const router = useRouter();
  const can = useCan();
  const remove = useAction(async () => {
    const yes = await confirm({
      title: `Delete the filter “${name}”?`,
      body: <p>Its {plural(devices, 'device')} stay as they are; only the filter goes.</p>,
      action: 'Delete filter',
    });
    if (!yes) return;
    await client.filters.remove({ filterId: id });
    client.invalidate('filters.*');
    toast(`The filter “${name}” was deleted.`);
  });
  const manage = useReach()(profileId) && can('filters', 'manage');
  return [
    ...(can('jobs', 'manage') ? [{ label: 'Run a job on it', icon: 'play' as const, onPick: onRun }] : []),
    ...(manage
      ? [
          {
            label: builtIn ? 'Make a filter like it' : 'Edit',
            icon: builtIn ? ('copy' as const) : ('edit' as const),
            onPick: () => router.navigate(`/filters/${id}`),
          },
        ]
      : []),
    ...(manage && !builtIn
      ? [{ label: 'Delete', icon: 'trash' as const, danger: true, apart: true, onPick: () => void remove.run() }]
      : []),
  ];
}
