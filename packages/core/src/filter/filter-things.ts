import type { Access } from '../access/access.js';
import { rowNames } from '../hierarchy/hierarchy-things.js';
import type { ThingDef } from '../plugin/thing.js';
import { defaultFilter } from './default-filters.js';
import { type FilterRow, filterModel } from './filter-models.js';

/** Whether an actor sees a stored filter: the Profile that it lies in, and the filter itself (guide, chapter 5). */
export function showsFilter(
  { visibility, roleId, accountadmin }: Access,
  { profileId, visibleTo }: Pick<FilterRow, 'profileId' | 'visibleTo'>,
): boolean {
  if (profileId !== '' && !visibility.profile(profileId)) return false;
  return visibleTo === null || accountadmin || (roleId !== null && visibleTo.includes(roleId));
}

const STORED_NAMES = rowNames('filters', filterModel, 'name');

/** Filters, as requests name them. */
export const FILTER_THINGS: readonly ThingDef[] = [
  {
    kind: 'filters',
    label: 'filter',
    names: {
      permission: 'filters',
      of: async (data, ids) => {
        const names = new Map(ids.map((id) => [id, defaultFilter(id)?.name]));
        const stored = ids.filter((id) => names.get(id) === undefined);
        for (const [id, name] of await STORED_NAMES.of(data, stored)) names.set(id, name);
        return new Map([...names].flatMap(([id, name]) => (name === undefined ? [] : [[id, name] as const])));
      },
    },
    hides: ({ accountadmin }) => !accountadmin,
    visible: async (data, access, ids) => {
      const stored = ids.filter((id) => !defaultFilter(id));
      const fields = ['id', 'profileId', 'visibleTo'] as const;
      const rows = stored.length === 0 ? [] : await data.find(filterModel, { match: { id: stored }, fields });
      const shown = new Set(rows.filter((row) => showsFilter(access, row)).map(({ id }) => id));
      return ids.filter((id) => defaultFilter(id) !== undefined || shown.has(id));
    },
  },
];
