import { RmmError } from '@rmm/protocol';
import { roleModel } from '../access/access-models.js';
import type { OperationContext } from '../operation/operation.js';
import type { FactService } from './fact-service.js';
import { filterModel } from './filter-models.js';

/**
 * Refuses roles that do not exist, and that somebody hides a filter from the role that they have themselves.
 * @throws RmmError `INVALID_INPUT`
 */
export async function assertRoles(
  { data, access }: OperationContext,
  roleIds: readonly string[] | null,
): Promise<void> {
  if (roleIds === null) return;
  const { accountadmin, roleId } = access;
  if (!accountadmin && roleId !== null && !roleIds.includes(roleId)) {
    throw invalid('does not name your own role; you would not see the filter any more');
  }
  const found = roleIds.length === 0 ? [] : await data.find(roleModel, { match: { id: roleIds }, fields: ['id'] });
  const known = new Set(found.map(({ id }) => id));
  const missing = roleIds.find((id) => !known.has(id));
  if (missing !== undefined) throw invalid(`names the role "${missing}", which does not exist`);
}

/**
 * Takes a role that is being removed out of the filters that it was shown. One that no other role sees stays, for
 * accountadmins alone: it must not come to be seen by all.
 */
export async function forgetRole(
  facts: FactService,
  { data, systemId, emit, afterCommit }: OperationContext,
  roleId: string,
): Promise<void> {
  const rows = await data.find(filterModel, { fields: ['id', 'visibleTo'] });
  const shown = rows.filter(({ visibleTo }) => visibleTo?.includes(roleId));
  for (const { id, visibleTo } of shown) {
    await data.update(filterModel, { id }, { visibleTo: (visibleTo ?? []).filter((other) => other !== roleId) });
    emit('filter.changed', { filterId: id, change: 'updated' });
  }
  const ids = shown.map(({ id }) => id);
  afterCommit(() => facts.refreshFilters(systemId, ids));
}

function invalid(message: string): RmmError {
  return new RmmError('INVALID_INPUT', `visibleTo ${message}`, {
    details: { issues: [{ path: '/visibleTo', message }] },
  });
}
