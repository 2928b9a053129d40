import type { CommandService } from '../agent/command-service.js';
import type { OperationContext } from '../operation/operation.js';
import { deviceModel } from './device-model.js';
import { activeDevices } from './device-rows.js';
import { groupMemberModel, groupModel } from './hierarchy-models.js';

export interface Moved {
  /** Those that were in another Profile. */
  readonly deviceIds: readonly string[];
  /** So many commands that waited for them were taken back. */
  readonly withdrawn: number;
}

/**
 * Moves devices to a Profile, all or none. They leave the groups of the Profiles that they come from, and what was to be
 * done on them there and has not reached them is taken back.
 * @throws RmmError `NOT_FOUND`, `DEVICE_SUSPENDED`
 */
export async function moveDevices(
  context: OperationContext,
  commands: CommandService,
  deviceIds: readonly string[],
  profileId: string,
): Promise<Moved> {
  const { data } = context;
  const rows = await activeDevices(data, deviceIds);
  const moving = rows.filter((row) => row.profileId !== profileId);
  if (moving.length === 0) return { deviceIds: [], withdrawn: 0 };
  const ids = moving.map(({ id }) => id);
  const left = [...new Set(moving.map((row) => row.profileId))];
  const groups = await data.find(groupModel, { match: { profileId: left }, fields: ['id'] });
  if (groups.length > 0) {
    await data.remove(groupMemberModel, { groupId: groups.map(({ id }) => id), memberId: ids });
  }
  await data.update(deviceModel, { id: ids }, { profileId });
  return { deviceIds: ids, withdrawn: await commands.leaveProfile(context, ids) };
}
