import { RmmError } from '@rmm/protocol';
import type { Access } from '../access/access.js';
import { SYSTEM_TARGETING } from '../access/assert-reach.js';
import type { Data } from '../data/data.js';
import { activeDevices } from './device-rows.js';
import type { GroupRow } from './hierarchy-models.js';

/**
 * Only the devices named enter or leave a group, and the actor sees those; but what a group of the System holds decides
 * about policies and roles in all Profiles, so the right to that is needed.
 * @throws RmmError `FORBIDDEN`
 */
export function assertMayFill({ level }: Access, { kind, name }: GroupRow): void {
  if (kind === 'profile-devices' || level(SYSTEM_TARGETING) === 'manage') return;
  throw new RmmError(
    'FORBIDDEN',
    `Your role does not let you manage what holds in all Profiles, as the group “${name}” does`,
  );
}

/** @throws RmmError `INVALID_INPUT`, `NOT_FOUND`, `DEVICE_SUSPENDED` */
export async function assertFits(data: Data, group: GroupRow, deviceIds: readonly string[]): Promise<void> {
  refuseKind(group, group.kind !== 'system-profiles', 'holds Profiles; use groups.setProfiles');
  const rows = await activeDevices(data, deviceIds);
  const stranger = group.kind === 'profile-devices' && rows.find(({ profileId }) => profileId !== group.profileId);
  if (!stranger) return;
  throw new RmmError(
    'INVALID_INPUT',
    `${stranger.hostname} is not in the Profile of the group “${group.name}”; use a System group, or move the device`,
    { details: { deviceId: stranger.id } },
  );
}

export function refuseKind(group: GroupRow, fits: boolean, why: string): void {
  if (!fits) throw new RmmError('INVALID_INPUT', `The group “${group.name}” ${why}`);
}
