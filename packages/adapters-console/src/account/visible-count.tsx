import type { Filter, FilterNode, Group } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { formatNumber, plural } from '../format/words.js';
import { Bar } from '../parts/bits.js';
import { useClient, useQuery } from '../state/client-context.js';
import { errorText } from '../state/error-text.js';
import { useDebounced } from '../state/use-debounced.js';
import { type RoleDraft, visibilityOf } from './role-draft.js';
import { visibleFilter } from './visible-filter.js';

interface Props {
  readonly draft: RoleDraft;
  readonly groups: readonly Group[];
  readonly filters: readonly Filter[];
}

/** How many devices the role shows as it is in the editor, before it is saved. */
export function VisibleCount({ draft, groups, filters }: Props) {
  const visibility = visibilityOf(draft);
  const chosen = [...(visibility.include?.groups ?? []), ...visibility.exclude.groups];
  const profileGroups = groups.filter(({ id, kind }) => kind === 'system-profiles' && chosen.includes(id));
  const profilesOf = useMembers(profileGroups);
  const text = useDebounced(JSON.stringify(visibleFilter(visibility, { groups, filters, profilesOf })), 200);
  const { data, error, old } = useQuery('filters.evaluate', { filter: JSON.parse(text) as FilterNode, sample: 0 }, [
    'device.*',
    'group.changed',
    'profile.changed',
  ]);
  if (!data) return <span class="muted">{error ? errorText(error) : ' '}</span>;
  const { count, total } = data;
  return (
    <div class={`visible-count ${old ? 'fetching' : ''}`} role="status">
      <span>
        Sees <strong>{formatNumber(count)}</strong> of {plural(total, 'device')}
      </span>
      <Bar parts={[{ share: total > 0 ? count / total : 0 }]} label={`${count} of ${total} devices`} />
    </div>
  );
}

/** The Profiles of Profile groups, by group; without those that have not come yet. */
function useMembers(groups: readonly Group[]): ReadonlyMap<string, readonly string[]> {
  const client = useClient();
  const [members, setMembers] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
  // The number of members changes along with who they are, nearly always.
  const key = groups.map(({ id, members: size }) => `${id} ${size}`).join();
  useEffect(() => {
    const stopped = new AbortController();
    for (const { id } of groups) {
      client.call('groups.members', { groupId: id }, { signal: stopped.signal }).then(
        ({ ids }) => setMembers((now) => new Map(now).set(id, ids)),
        () => undefined,
      );
    }
    return () => stopped.abort();
  }, [client, key]);
  return members;
}
