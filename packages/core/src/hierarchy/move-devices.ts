import type { OperationContext } from '../operation/operation.js';
import { deviceModel } from './device-model.js';
import { activeDevices } from './device-rows.js';
import { groupMemberModel, groupModel } from './hierarchy-models.js';

/**
 * Moves devices to a Profile, all or none, and returns those that were in another one. They leave the groups of the
 * Profiles that they come from.
 * @throws RmmError `NOT_FOUND`, `DEVICE_SUSPENDED`
 */
export async function moveDevices(
  { data }: OperationContext,
  deviceIds: readonly string[],
  profileId: string,
): Promise<readonly string[]> {
  const rows = await activeDevices(data, deviceIds);
  const moving = rows.filter((row) => row.profileId !== profileId);
  if (moving.length === 0) return [];
  const ids = moving.map(({ id }) => id);
  const left = [...new Set(moving.map((row) => row.profileId))];
  const groups = await data.find(groupModel, { match: { profileId: left }, fields: ['id'] });
  if (groups.length > 0) {
    await data.remove(groupMemberModel, { groupId: groups.map(({ id }) => id), memberId: ids });
  }
  await data.update(deviceModel, { id: ids }, { profileId });
  return ids;
}
