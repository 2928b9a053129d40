import type { RoleVisibility } from '../packages/core/src/access/access-contract.js';
import type { FilterNode } from '../packages/core/src/filter/filter-node.js';

const numbered = (prefix: string, count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${from + i}`);

/** Groups of devices, each of some hundred. */
export const GROUPS = numbered('group-', 60);
/** Groups of five Profiles each. */
export const PROFILE_GROUPS: ReadonlyMap<string, readonly string[]> = new Map(
  numbered('clients-', 8).map((id, i) => [id, numbered('profile-', 5, 200 + 5 * i)]),
);

/** The groups of a device: one in three has one. */
export function groupsOf(device: number): readonly string[] {
  const draw = Math.imul(device, 2654435761) >>> 8;
  return draw % 3 === 0 ? [GROUPS[(draw >>> 4) % GROUPS.length] ?? ''] : [];
}

interface AccessFilter {
  readonly id: string;
  readonly filter: FilterNode;
  readonly sql: string;
}

/** Filters of two conditions each. */
export const ACCESS_FILTERS: readonly AccessFilter[] = Array.from({ length: 20 }, (_, i) => {
  const [model, cores] = [`Model ${100 + i}`, [2, 4, 6, 8, 12, 16][i % 6] ?? 2];
  return {
    id: `filter-${i}`,
    filter: {
      all: [
        { field: 'hardware.model', condition: 'equals', term: model },
        { field: 'hardware.cpuCores', condition: '>=', term: cores },
      ],
    },
    sql: `(hardware_model = '${model}' AND hardware_cpuCores >= ${cores})`,
  };
});

/** The same as tables of SQLite. */
export const GROUPS_SQL = `
  CREATE TABLE member ("group" TEXT, device INTEGER, PRIMARY KEY ("group", device)) WITHOUT ROWID;
  CREATE INDEX member_device ON member (device, "group");`;

/** A role that includes 50 sets of devices and excludes 20, and the same as a condition of SQL. */
export function restrictedRole(): { readonly lists: RoleVisibility; readonly sql: string } {
  const clients = [...PROFILE_GROUPS.keys()];
  const filters = ACCESS_FILTERS.map(({ id }) => id);
  const include = {
    profiles: numbered('profile-', 20, 10),
    groups: [...GROUPS.slice(0, 12), ...clients.slice(0, 4)],
    filters: filters.slice(0, 14),
  };
  const exclude = {
    profiles: numbered('profile-', 6, 24),
    groups: [...GROUPS.slice(40, 46), ...clients.slice(3, 5)],
    filters: filters.slice(14),
  };
  return { lists: { include, exclude }, sql: `(${anyOf(include)}) AND NOT (${anyOf(exclude)})` };
}

function anyOf({ profiles, groups, filters }: RoleVisibility['exclude']): string {
  const named = (ids: readonly string[]): string => ids.map((id) => `'${id}'`).join(', ');
  const all = [...profiles, ...groups.flatMap((id) => PROFILE_GROUPS.get(id) ?? [])];
  const ofDevices = groups.filter((id) => !PROFILE_GROUPS.has(id));
  const own = ACCESS_FILTERS.filter(({ id }) => filters.includes(id)).map(({ sql }) => sql);
  return [
    `profile_id IN (${named(all)})`,
    `id IN (SELECT device FROM member WHERE "group" IN (${named(ofDevices)}))`,
    ...own,
  ].join(' OR ');
}
