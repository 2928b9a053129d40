import { filterModel } from '../filter/filter-models.js';
import { groupModel } from '../hierarchy/hierarchy-models.js';
import type { OperationContext } from '../operation/operation.js';
import type { RoleVisibility } from './access-contract.js';
import { roleModel } from './access-models.js';
import type { Directory } from './directory.js';

type Lists = RoleVisibility['exclude'];

/**
 * Takes a Profile that is being removed, with the groups and filters that go with it, out of what roles include and exclude.
 * A role that included nothing else shows nothing from then on: it must not come to show everything.
 */
export async function leaveRoles(
  { data, systemId, emit, afterCommit }: OperationContext,
  directory: Directory,
  profileId: string,
): Promise<void> {
  const groups = await data.find(groupModel, { match: { profileId }, fields: ['id'] });
  const filters = await data.find(filterModel, { match: { profileId }, fields: ['id'] });
  const gone = new Set([profileId, ...groups.map(({ id }) => id), ...filters.map(({ id }) => id)]);
  const stays = (id: string) => !gone.has(id);
  const without = (lists: Lists): Lists => ({
    profiles: lists.profiles.filter(stays),
    groups: lists.groups.filter(stays),
    filters: lists.filters.filter(stays),
  });
  for (const { id, visibility } of await data.find(roleModel)) {
    const { include, exclude } = visibility;
    const named = [include, exclude].flatMap((lists) => (lists ? Object.values(lists).flat() : []));
    if (named.every(stays)) continue;
    const left = { include: include && without(include), exclude: without(exclude) };
    await data.update(roleModel, { id }, { visibility: left });
    afterCommit(() => directory.forget(systemId));
    emit('role.changed', { roleId: id, change: 'updated' });
  }
}
