import { RmmError } from '@rmm/protocol';
import { factsRef } from '../filter/facts-ref.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import type { OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';

export interface JobTargets {
  readonly deviceIds?: readonly string[];
  readonly groupId?: string;
  readonly filterId?: string;
  readonly profileId?: string;
}

/**
 * The ids of the devices that a job is for: exactly one kind of target, resolved now. To be asked before the transaction,
 * which must not wait for the index.
 * @throws RmmError `INVALID_INPUT` when none or several kinds are named, `NOT_FOUND`
 */
export async function resolveTargets(
  context: PluginContext,
  operation: OperationContext,
  targets: JobTargets,
): Promise<readonly string[]> {
  const named = Object.values(targets).filter((value) => value !== undefined);
  if (named.length !== 1) {
    throw new RmmError(
      'INVALID_INPUT',
      'Name exactly one of deviceIds, groupId, filterId and profileId as the target of the job',
    );
  }
  return targets.deviceIds ?? context.use(factsRef).select(operation, targets);
}

/**
 * Those of the targets that a job can run on. Devices named one by one must all be able to.
 * @throws RmmError `INVALID_INPUT` when no device is left, `DEVICE_SUSPENDED`
 */
export async function targetDevices(
  { data }: OperationContext,
  ids: readonly string[],
  { deviceIds, profileId }: JobTargets,
): Promise<readonly DeviceRow[]> {
  const devices = ids.length === 0 ? [] : await data.find(deviceModel, { match: { id: ids } });
  const suspended = deviceIds && devices.find(({ state }) => state === 'suspended');
  if (suspended)
    throw new RmmError('DEVICE_SUSPENDED', `${suspended.hostname} is suspended; restore it before running jobs on it`);
  // It may have moved since the targets were resolved: what is meant for one Profile is not for another.
  const isIn = (row: DeviceRow) => profileId === undefined || row.profileId === profileId;
  const active = devices.filter((row) => row.state === 'active' && isIn(row));
  if (active.length === 0) throw new RmmError('INVALID_INPUT', 'The target holds no devices; nothing would run');
  return active;
}
