import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import type { DeviceSet } from '../filter/device-set.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { isoTime, isoTimeOrNull } from '../hierarchy/iso-time.js';
import type { OperationContext } from '../operation/operation.js';
import { EMPTY_DOCUMENT, NOTHING, policyState } from './device-policy.js';
import { explainPolicies } from './explain-policies.js';
import { planPolicies } from './plan-policies.js';
import type { DriftItem, PolicyExplanation, policiesContract } from './policy-contract.js';
import { type DevicePolicyRow, devicePolicyModel } from './policy-models.js';
import type { PolicyHandlers } from './policy-operations.js';
import type { PolicyReader } from './policy-reader.js';
import { resolvePolicies } from './resolve/resolve-policies.js';

type Delivery = Static<typeof PolicyExplanation>['delivery'];
type DriftInput = Static<typeof policiesContract.drift.input>;

/** What holds, what would hold, and what does not hold yet. */
export function reportingPolicies(reader: PolicyReader): Pick<PolicyHandlers, 'plan' | 'explain' | 'drift'> {
  return {
    plan: (context, { change, ...page }) => planPolicies(reader, context, change, page),
    explain: async ({ data, access }, { deviceId }) => {
      const row = await data.one(devicePolicyModel, { deviceId });
      const world = await reader.world(data, [deviceId]);
      const holds = resolvePolicies(world, world.targets.facts.of([deviceId])).of(deviceId)?.hash ?? NOTHING;
      return { ...explainPolicies(world, deviceId, access), delivery: deliveryOf(row, holds) };
    },
    drift: (context, input) => drift(reader, context, input),
  };
}

/** @param holds the hash of what holds now; the server may not have written it down yet */
function deliveryOf(row: DevicePolicyRow | undefined, holds: string): Delivery {
  const { actual = null, actualAt = null, ignored = [], fault = null } = row ?? {};
  const written = row?.desired === holds ? fault : null;
  return {
    state: holds === NOTHING ? 'unknown' : policyState({ desired: holds, actual, fault: written }),
    desired: holds === NOTHING ? null : holds,
    actual: actual ?? (row ? null : EMPTY_DOCUMENT),
    actualAt: isoTimeOrNull(actualAt),
    ignored: [...ignored],
    fault: written,
  };
}

/** The devices that do not obey what they are to obey, longest first. */
async function drift(reader: PolicyReader, context: OperationContext, input: DriftInput) {
  const { data, access, systemId } = context;
  const { profileId, state, offset = 0, limit = 100 } = input;
  const rows = await data.find(devicePolicyModel, {
    match: { state: state ?? (['waiting', 'failed'] as const) },
    order: [{ field: 'stateAt' }],
    // After a large push these are all devices of the System: of the others no more than who they are.
    fields: ['deviceId'],
  });
  const index = await reader.facts.open(systemId);
  const world = reader.worldOf(index, { policies: [], exceptions: [], monitoringSuspended: [] });
  const all = index.facts.all();
  const active = all.inRows(world.targets.active().toBitmap());
  const placed = profileId === undefined ? active : all.inRows(world.targets.profile(profileId).toBitmap());
  const devices: DeviceSet = access.visibility.devices ? placed.and(access.visibility.devices) : placed;
  const drifting = rows.filter(({ deviceId }) => devices.has(deviceId));
  const ids = drifting.slice(offset, offset + limit).map(({ deviceId }) => deviceId);
  const items = await named(context, await rowsOf(data, ids));
  return { total: drifting.length, devices: devices.count, items };
}

/** In this order. */
async function rowsOf(data: Data, deviceIds: readonly string[]): Promise<readonly DevicePolicyRow[]> {
  if (deviceIds.length === 0) return [];
  const rows = await data.find(devicePolicyModel, { match: { deviceId: deviceIds } });
  const rowOf = new Map(rows.map((row) => [row.deviceId, row]));
  return deviceIds.flatMap((id) => rowOf.get(id) ?? []);
}

async function named(
  { data }: OperationContext,
  rows: readonly DevicePolicyRow[],
): Promise<Static<typeof DriftItem>[]> {
  if (rows.length === 0) return [];
  const devices = await data.find(deviceModel, {
    match: { id: rows.map(({ deviceId }) => deviceId) },
    fields: ['id', 'hostname', 'online'],
  });
  const deviceOf = new Map(devices.map((device) => [device.id, device]));
  return rows.flatMap(({ deviceId, state, desired, actual, stateAt, fault }) => {
    const device = deviceOf.get(deviceId);
    if (!device || state === 'in-force') return [];
    const { hostname, online } = device;
    return [{ deviceId, hostname, online, state, desired, actual, since: isoTime(stateAt), fault }];
  });
}
