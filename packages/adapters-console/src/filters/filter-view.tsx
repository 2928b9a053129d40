import type { Filter, FilterNode } from '@rmm/client';
import type { ViewProps } from '../app/view-props.js';
import { Content, Level } from '../parts/level.js';
import { Loaded } from '../parts/loaded.js';
import { useSearch } from '../router/router-context.js';
import { useQuery } from '../state/client-context.js';
import { FilterEditor } from './filter-editor.js';

/** A filter, new or stored, for editing. */
export function FilterView({ params: { filterId = '' } }: ViewProps) {
  return filterId === 'new' ? <Fresh /> : <Stored key={filterId} filterId={filterId} />;
}

function Fresh() {
  const [query] = useSearch();
  const profileId = query.get('profile') ?? undefined;
  return (
    <Level title="New filter" name="New filter" crumbs={crumbs(profileId)}>
      <FilterEditor {...(profileId && { profileId })} start={filterIn(query.get('where'))} />
    </Level>
  );
}

function Stored({ filterId }: { readonly filterId: string }) {
  const filter = useQuery('filters.get', { filterId });
  const { data } = filter;
  const title = data ? (data.builtIn ? `Like “${data.name}”` : data.name) : ' ';
  return (
    <Level title={title} name={data?.name ?? 'Filter'} crumbs={crumbs(data?.profileId ?? undefined)}>
      <Loaded answer={filter} waiting={<Content>{null}</Content>}>
        {(stored: Filter) => (
          <FilterEditor
            key={stored.id}
            {...(stored.profileId && { profileId: stored.profileId })}
            {...(!stored.builtIn && { stored })}
            start={stored.filter}
          />
        )}
      </Loaded>
    </Level>
  );
}

function crumbs(profileId: string | undefined) {
  return profileId
    ? [{ to: `/profiles/${profileId}/devices`, label: 'Devices of the Profile' }]
    : [{ to: '/system/devices', label: 'Devices' }];
}

function filterIn(text: string | null): FilterNode | undefined {
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as FilterNode) : undefined;
  } catch {
    return undefined;
  }
}
