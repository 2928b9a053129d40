import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { describeFilter } from '../filters/describe-filter.js';
import { PanelSheet } from '../filters/panel-sheet.js';
import { Badge } from '../parts/bits.js';
import { Button, IconButton } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import type { IconName } from '../parts/icon-paths.js';
import { useIsBare } from '../parts/level.js';
import { useRouter, useSearch } from '../router/router-context.js';
import { useCan, useQuery, useReach } from '../state/client-context.js';
import type { DeviceScope, ListState } from './device-list-state.js';

/** What narrows the list beside the search: a filter, a group, a condition out of a link. */
export function ListChips({ scope, state }: { readonly scope: DeviceScope; readonly state: ListState }) {
  const can = useCan();
  const bare = useIsBare();
  const [, setQuery] = useSearch();
  const [sheet, setSheet] = useState(false);
  const drop = (name: string) => () => setQuery({ [name]: undefined, page: undefined });
  return (
    <>
      {can('filters') && !scope.suspended && (
        <span class={bare ? '' : 'only-narrow'}>
          <IconButton kind="plain" icon="filter" label="Filters and groups" onClick={() => setSheet(true)} />
        </span>
      )}
      {state.filterId && <FilterChip scope={scope} filterId={state.filterId} onDrop={drop('filter')} />}
      {state.groupId && <GroupChip scope={scope} groupId={state.groupId} onDrop={drop('group')} />}
      {state.filter && <WhereChip scope={scope} state={state} onDrop={drop('where')} />}
      {sheet && <PanelSheet {...(scope.profileId && { profileId: scope.profileId })} onClose={() => setSheet(false)} />}
    </>
  );
}

interface ChipProps {
  readonly icon: IconName;
  readonly children: ComponentChildren;
  readonly onDrop: () => void;
}

function Chip({ icon, children, onDrop }: ChipProps) {
  return (
    <Badge tone="accent">
      <Icon name={icon} />
      <span class="cut">{children}</span>
      <button type="button" aria-label="No longer narrow the list by this" title="Remove" onClick={onDrop}>
        <Icon name="close" />
      </button>
    </Badge>
  );
}

const within = ({ profileId }: DeviceScope) => (profileId ? { profileId } : {});

function FilterChip({ scope, filterId, onDrop }: { scope: DeviceScope; filterId: string; onDrop: () => void }) {
  const { data } = useQuery('filters.list', within(scope), ['filter.changed']);
  const name = data?.items.find(({ id }) => id === filterId)?.name;
  return (
    <Chip icon="filter" onDrop={onDrop}>
      {name ?? 'Filter'}
    </Chip>
  );
}

function GroupChip({ scope, groupId, onDrop }: { scope: DeviceScope; groupId: string; onDrop: () => void }) {
  const { data } = useQuery('groups.list', within(scope), ['group.changed']);
  const name = data?.items.find(({ id }) => id === groupId)?.name;
  return (
    <Chip icon="folder" onDrop={onDrop}>
      {name ?? 'Group'}
    </Chip>
  );
}

/** A condition out of a link: it can become a filter. */
function WhereChip({ scope, state, onDrop }: { scope: DeviceScope; state: ListState; onDrop: () => void }) {
  const router = useRouter();
  const can = useCan();
  const reaches = useReach()(scope.profileId);
  const { data } = useQuery('fields.list', {});
  if (!state.filter) return null;
  const query = new URLSearchParams({ where: JSON.stringify(state.filter) });
  if (scope.profileId) query.set('profile', scope.profileId);
  return (
    <>
      <Chip icon="filter" onDrop={onDrop}>
        {describeFilter(state.filter, data?.items ?? [])}
      </Chip>
      {reaches && can('filters', 'manage') && (
        <Button kind="ghost" size="small" onClick={() => router.navigate(`/filters/new?${query}`)}>
          Save as filter
        </Button>
      )}
    </>
  );
}
