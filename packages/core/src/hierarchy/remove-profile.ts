import type { FactService } from '../filter/fact-service.js';
import { filterModel } from '../filter/filter-models.js';
import type { OperationContext } from '../operation/operation.js';
import { removePoliciesOf } from '../policy/policy-uses.js';
import { enrolmentModel, groupMemberModel, groupModel, profileModel, variableModel } from './hierarchy-models.js';

/**
 * Removes an empty Profile and all that is its own: variables, enrolment tokens, groups, filters. Profile groups and the
 * scopes of System filters merely lose it; a scope that named no other Profile stays and holds no device from then on.
 */
export async function removeProfile(context: OperationContext, profileId: string, facts: FactService): Promise<void> {
  const { data, systemId } = context;
  await data.remove(variableModel, { profileId });
  await data.remove(enrolmentModel, { profileId });
  const groupIds = [...(await removeGroups(context, profileId)), ...(await leaveProfileGroups(context, profileId))];
  const filterIds = await releaseFilters(context, profileId);
  for (const policyId of await removePoliciesOf(data, profileId)) {
    context.emit('policy.changed', { policyId, change: 'removed' });
  }
  await data.remove(profileModel, { id: profileId });
  context.afterCommit(() => facts.refreshGroups(systemId, groupIds));
  context.afterCommit(() => facts.refreshFilters(systemId, filterIds));
}

/** The ids of the groups that went. */
async function removeGroups({ data, emit }: OperationContext, profileId: string): Promise<readonly string[]> {
  const groups = await data.find(groupModel, { match: { profileId }, fields: ['id'] });
  const groupId = groups.map(({ id }) => id);
  if (groupId.length === 0) return [];
  await data.remove(groupMemberModel, { groupId });
  await data.remove(groupModel, { id: groupId });
  for (const id of groupId) emit('group.changed', { groupId: id, change: 'removed' });
  return groupId;
}

/** The ids of the Profile groups that lost it. */
async function leaveProfileGroups({ data }: OperationContext, profileId: string): Promise<readonly string[]> {
  const rows = await data.find(groupMemberModel, { match: { memberId: profileId } });
  await data.remove(groupMemberModel, { memberId: profileId });
  return rows.map(({ groupId }) => groupId);
}

/** The ids of the filters that went or changed. */
async function releaseFilters({ data, emit }: OperationContext, profileId: string): Promise<readonly string[]> {
  const own = await data.find(filterModel, { match: { profileId }, fields: ['id'] });
  const ids = own.map(({ id }) => id);
  if (ids.length > 0) await data.remove(filterModel, { id: ids });
  for (const filterId of ids) emit('filter.changed', { filterId, change: 'removed' });
  const ofSystem = await data.find(filterModel, { match: { profileId: '' } });
  for (const { id, scope } of ofSystem) {
    if (!scope?.includes(profileId)) continue;
    await data.update(filterModel, { id }, { scope: scope.filter((other) => other !== profileId) });
    emit('filter.changed', { filterId: id, change: 'updated' });
    ids.push(id);
  }
  return ids;
}
