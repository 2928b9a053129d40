import { commandModel } from '../agent/command-model.js';
import type { CommandService } from '../agent/command-service.js';
import type { OperationContext } from '../operation/operation.js';
import type { Ids } from '../port/ids.js';
import { activeDevices } from './device-rows.js';

const AUDIT = 'audit.run';
/** An agent that returns later than this audits anyway. */
const EXPIRES_MS = 7 * 86_400_000;

/** Asks agents for an audit; those that have one waiting are not asked twice. @throws RmmError `NOT_FOUND`, `DEVICE_SUSPENDED` */
export async function requestAudits(
  context: OperationContext,
  commands: CommandService,
  ids: Ids,
  deviceIds: readonly string[],
): Promise<void> {
  await activeDevices(context.data, deviceIds);
  const waiting = await context.data.find(commandModel, {
    match: { deviceId: deviceIds, kind: AUDIT, state: 'queued' },
    where: { field: 'expiresAt', op: 'gt', value: context.now },
    fields: ['deviceId'],
  });
  const asked = new Set(waiting.map(({ deviceId }) => deviceId));
  const orders = deviceIds
    .filter((deviceId) => !asked.has(deviceId))
    .map((deviceId) => ({ id: ids.next(), deviceId, detail: {} }));
  if (orders.length > 0) await commands.enqueueAll(context, AUDIT, orders, context.now + EXPIRES_MS);
}
