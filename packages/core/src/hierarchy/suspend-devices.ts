import { UNINSTALL_EXPIRES_MS } from '../agent/agent-operations.js';
import { commandModel } from '../agent/command-model.js';
import type { CommandService } from '../agent/command-service.js';
import type { OperationContext } from '../operation/operation.js';
import type { Ids } from '../port/ids.js';
import { deviceModel } from './device-model.js';
import { activeDevices } from './device-rows.js';
import { notFound } from './not-found.js';

const UNINSTALL = 'agent.uninstall';

/** Suspends devices and orders their agents to uninstall themselves. @throws RmmError `NOT_FOUND`, `DEVICE_SUSPENDED` */
export async function suspendDevices(
  context: OperationContext,
  commands: CommandService,
  ids: Ids,
  deviceIds: readonly string[],
): Promise<void> {
  await activeDevices(context.data, deviceIds);
  await context.data.update(deviceModel, { id: deviceIds }, { state: 'suspended', suspendedAt: context.now });
  const orders = deviceIds.map((deviceId) => ({ id: ids.next(), deviceId, detail: {} }));
  await commands.enqueueAll(context, UNINSTALL, orders, context.now + UNINSTALL_EXPIRES_MS);
}

/**
 * Makes suspended devices active again and returns them; active ones stay as they are. The order to uninstall is taken
 * back where no agent has it yet; an agent that is already gone must be enrolled again.
 * @throws RmmError `NOT_FOUND`
 */
export async function restoreDevices(
  { data }: OperationContext,
  commands: CommandService,
  deviceIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await data.find(deviceModel, { match: { id: deviceIds }, fields: ['id', 'state'] });
  const known = new Set(rows.map(({ id }) => id));
  const missing = deviceIds.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('device', missing);
  const restored = rows.filter(({ state }) => state === 'suspended').map(({ id }) => id);
  if (restored.length === 0) return [];
  await data.update(deviceModel, { id: restored }, { state: 'active', suspendedAt: null });
  const orders = await data.find(commandModel, { match: { deviceId: restored, kind: UNINSTALL }, fields: ['id'] });
  if (orders.length > 0)
    await commands.withdraw(
      data,
      orders.map(({ id }) => id),
    );
  return restored;
}
