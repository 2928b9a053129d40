import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { Model } from '../data/model.js';
import { defaultFilter } from '../filter/default-filters.js';
import { filterModel } from '../filter/filter-models.js';
import { groupModel, profileModel } from '../hierarchy/hierarchy-models.js';
import type { RoleVisibility } from './access-contract.js';
import { type RoleRow, userModel } from './access-models.js';
import type { PermissionTree } from './permission-tree.js';

interface SetDef {
  readonly set: keyof RoleVisibility['exclude'];
  readonly label: string;
  readonly model: Model<{ id: string }>;
}

/** Of what a role's visibility is made, and what each is called. */
const SETS = [
  { set: 'profiles', label: 'Profile', model: profileModel },
  { set: 'groups', label: 'group', model: groupModel },
  { set: 'filters', label: 'filter', model: filterModel },
] as const satisfies readonly SetDef[];

/** @throws RmmError `INVALID_INPUT` naming the first permission that does not exist */
export function assertKnownPermissions(tree: PermissionTree, permissions: RoleRow['permissions']): void {
  const names = tree.permissions.map(({ name }) => name);
  const unknown = Object.keys(permissions).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const message = `is not a permission; there are ${names.join(', ')}`;
  throw new RmmError('INVALID_INPUT', `permissions.${unknown} ${message}`, {
    details: { issues: [{ path: `/permissions/${unknown}`, message }] },
  });
}

/** @throws RmmError `NOT_FOUND` for the first Profile, group or filter that is not in this System */
export async function assertVisibilityExists(data: Data, { include, exclude }: RoleVisibility): Promise<void> {
  for (const { set, label, model } of SETS) {
    const ids = [...(include?.[set] ?? []), ...exclude[set]].filter((id) => set !== 'filters' || !defaultFilter(id));
    await assertExist(data, model, label, ids);
  }
}

/** @throws RmmError `NOT_FOUND` */
export function assertUsersExist(data: Data, userIds: readonly string[]): Promise<void> {
  return assertExist(data, userModel, 'user', userIds);
}

async function assertExist(
  data: Data,
  model: Model<{ id: string }>,
  label: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await data.find(model, { match: { id: ids }, fields: ['id'] });
  const known = new Set(rows.map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing === undefined) return;
  throw new RmmError('NOT_FOUND', `There is no ${label} "${missing}"`, { details: { id: missing } });
}
