import type { Static } from 'typebox';
import { commandModel } from '../agent/command-model.js';
import type { CommandService } from '../agent/command-service.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { Ids } from '../port/ids.js';
import { deliveryContract } from './delivery-contract.js';
import { changedPolicy, NOTHING, newDevicePolicy } from './device-policy.js';
import { type DevicePolicyRow, devicePolicyModel, policyDocumentModel } from './policy-models.js';

export const APPLY = 'policy.apply';
/** Agents remember a command until it expires; whoever comes back later is told anew. */
const EXPIRES_MS = 30 * 86_400_000;

type Settlement = Static<(typeof deliveryContract)['settle']['input']>;

/** The server's own operations behind the delivery of policies. */
export function settleOperations(commands: CommandService, ids: Ids): readonly Operation[] {
  return implement('policyDelivery', deliveryContract, {
    settle: async (context, { devices, documents }) => {
      const rows = await settledRows(context, devices);
      if (rows.length === 0) return {};
      await context.data.put(policyDocumentModel, ...documents.map((row) => row));
      await context.data.put(devicePolicyModel, ...rows);
      for (const { deviceId, state } of rows) context.emit('device.policy', { deviceId, state });
      await sendPolicies(context, commands, ids, rows);
      return {};
    },
    tidy: async ({ data }, { hashes }) => {
      const used = await data.find(devicePolicyModel, { match: { desired: hashes }, fields: ['desired'] });
      const kept = new Set(used.map(({ desired }) => desired));
      await data.remove(policyDocumentModel, { hash: hashes.filter((hash) => !kept.has(hash)) });
      return {};
    },
  });
}

/** What becomes of the devices' rows; those that nothing happens to are left out. */
async function settledRows(
  { data, now }: OperationContext,
  devices: Settlement['devices'],
): Promise<readonly DevicePolicyRow[]> {
  const id = devices.map(({ deviceId }) => deviceId);
  const active = await data.find(deviceModel, { match: { id, state: 'active' }, fields: ['id'] });
  const known = await data.find(devicePolicyModel, { match: { deviceId: id } });
  const isActive = new Set(active.map((row) => row.id));
  const rowOf = new Map(known.map((row) => [row.deviceId, row]));
  return devices.flatMap(({ deviceId, hash, retry }) => {
    // Suspended or restored a moment ago: whoever did that has the device looked at again.
    if (isActive.has(deviceId) !== (hash !== NOTHING)) return [];
    const row = rowOf.get(deviceId) ?? newDevicePolicy(deviceId, now);
    if (row.desired !== hash) return [changedPolicy(row, { desired: hash, desiredAt: now, fault: null }, now)];
    return [retry ? changedPolicy(row, { fault: null }, now) : row];
  });
}

/**
 * Queues what brings devices their documents, at most one command for each: it takes along whatever holds when the agent
 * fetches it, and its end tells whether there is more to bring.
 */
async function sendPolicies(
  context: OperationContext,
  commands: CommandService,
  ids: Ids,
  rows: readonly DevicePolicyRow[],
): Promise<void> {
  const underWay = await leftToTheirEnd(context, rows);
  const orders = rows
    .filter(({ deviceId, state }) => state === 'waiting' && !underWay.has(deviceId))
    .map(({ deviceId, desired }) => ({ id: ids.next(), deviceId, detail: { desired } }));
  await commands.enqueueAll(context, APPLY, orders, context.now + EXPIRES_MS);
}

/** The devices to which a command is on its way, which from now on may bring another document than it was made for. */
async function leftToTheirEnd(
  { data, now }: OperationContext,
  rows: readonly DevicePolicyRow[],
): Promise<ReadonlySet<string>> {
  const desired = new Map(rows.map((row) => [row.deviceId, row.desired]));
  const underWay = await data.find(commandModel, {
    // A recalled one is given to nobody any more.
    match: { deviceId: [...desired.keys()], kind: APPLY, state: ['queued', 'sent', 'accepted'] },
    where: {
      any: [
        { field: 'state', op: 'ne', value: 'queued' },
        { field: 'expiresAt', op: 'gt', value: now },
      ],
    },
    fields: ['id', 'deviceId', 'detail'],
  });
  const other = underWay.filter(({ deviceId, detail }) => documentIn(detail) !== desired.get(deviceId));
  if (other.length > 0) await data.update(commandModel, { id: other.map(({ id }) => id) }, { detail: {} });
  return new Set(underWay.map(({ deviceId }) => deviceId));
}

/** The document that a command was made to bring; undefined once something else was to be brought meanwhile. */
export const documentIn = (detail: unknown): unknown =>
  typeof detail === 'object' && detail !== null && 'desired' in detail ? detail.desired : undefined;
