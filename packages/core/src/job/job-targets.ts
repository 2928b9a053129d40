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
 * The devices that a job is for: exactly one kind of target, resolved now.
 * @throws RmmError `INVALID_INPUT` when none or several kinds are named or no device is left, `DEVICE_SUSPENDED`
 */
export async function resolveTargets(
  context: PluginContext,
  operation: OperationContext,
  targets: JobTargets,
): Promise<readonly DeviceRow[]> {
  const named = Object.values(targets).filter((value) => value !== undefined);
  if (named.length !== 1) {
    throw new RmmError(
      'INVALID_INPUT',
      'Name exactly one of deviceIds, groupId, filterId and profileId as the target of the job',
    );
  }
  const ids = targets.deviceIds ?? (await context.use(factsRef).select(operation, targets));
  const devices = ids.length === 0 ? [] : await operation.data.find(deviceModel, { match: { id: ids } });
  const suspended = targets.deviceIds && devices.find(({ state }) => state === 'suspended');
  if (suspended)
    throw new RmmError('DEVICE_SUSPENDED', `${suspended.hostname} is suspended; restore it before running jobs on it`);
  const active = devices.filter(({ state }) => state === 'active');
  if (active.length === 0) throw new RmmError('INVALID_INPUT', 'The target holds no devices; nothing would run');
  return active;
}
