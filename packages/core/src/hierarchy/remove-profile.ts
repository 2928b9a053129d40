import type { FactService } from '../filter/fact-service.js';
import { filterModel } from '../filter/filter-models.js';
import type { OperationContext } from '../operation/operation.js';
import { enrolmentModel, groupMemberModel, groupModel, profileModel, variableModel } from './hierarchy-models.js';

/**
 * Removes an empty Profile and all that is its own: variables, enrolment tokens, groups, filters. Profile groups and the
 * scopes of System filters merely lose it; a scope that named no other Profile stays and holds no device from then on.
 */
export async function removeProfile(context: OperationContext, profileId: string, facts: FactService): Promise<void> {
  const { data, systemId } = context;
  await data.remove(variableModel, { profileId });
  await data.remove(enrolmentModel, { profileId });
  await removeGroups(context, profileId);
  await data.remove(groupMemberModel, { memberId: profileId });
  const filterIds = await releaseFilters(context, profileId);
  await data.remove(profileModel, { id: profileId });
  context.afterCommit(() => facts.refreshFilters(systemId, filterIds));
}

async function removeGroups({ data, emit }: OperationContext, profileId: string): Promise<void> {
  const groups = await data.find(groupModel, { match: { profileId }, fields: ['id'] });
  const groupId = groups.map(({ id }) => id);
  if (groupId.length === 0) return;
  await data.remove(groupMemberModel, { groupId });
  await data.remove(groupModel, { id: groupId });
  for (const id of groupId) emit('group.changed', { groupId: id, change: 'removed' });
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
