import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { assertReach } from '../access/assert-reach.js';
import type { SystemIndex } from '../filter/system-index.js';
import { activeDevices } from '../hierarchy/device-rows.js';
import { type OperationContext, staged } from '../operation/operation.js';
import { newDevicePolicy } from './device-policy.js';
import type { policiesContract } from './policy-contract.js';
import type { PolicyDelivery } from './policy-delivery.js';
import type { PolicyReach } from './policy-marks.js';
import { devicePolicyModel, type PolicyRow, policyExceptionModel, policyModel } from './policy-models.js';
import { getPolicy, type PolicyHandlers, viewIn } from './policy-operations.js';
import { assertReaches, reaches } from './policy-place.js';
import type { PolicyReader } from './policy-reader.js';
import { isChanged } from './policy-view.js';
import { affectedDevices } from './resolve/affected-devices.js';
import { resolvePolicies } from './resolve/resolve-policies.js';

type PushInput = Static<typeof policiesContract.push.input>;
type SwitchInput = Static<typeof policiesContract.switch.input>;

/** What changes on devices: at once, or by a push. */
export function deployingPolicies(
  reader: PolicyReader,
  delivery: PolicyDelivery,
): Pick<PolicyHandlers, 'remove' | 'switch' | 'push' | 'suspendMonitoring'> {
  return {
    remove: async (context, { policyId }) => {
      const { data, access, emit, afterCommit, systemId } = context;
      const row = await getPolicy(data, policyId);
      assertReaches(access, row, row.name);
      await data.remove(policyExceptionModel, { policyId });
      await data.remove(policyModel, { id: policyId });
      afterCommit(() => delivery.touch(systemId, { policies: deployedReach(row) }));
      emit('policy.changed', { policyId, change: 'removed' });
      return {};
    },
    switch: staged({
      prepare: ({ systemId }: OperationContext) => reader.facts.open(systemId),
      run: (context: OperationContext, input: SwitchInput, index: SystemIndex) =>
        switchPolicy(reader, delivery, context, input, index),
    }),
    push: staged({
      prepare: (context: OperationContext, { policyIds }: PushInput) => changedDevices(reader, context, policyIds),
      run: (context: OperationContext, { policyIds }: PushInput, devices: number) =>
        pushPolicies(delivery, context, policyIds, devices),
    }),
    suspendMonitoring: async ({ data, now, afterCommit, systemId, emit }, { deviceId, suspended }) => {
      await activeDevices(data, [deviceId]);
      const row = (await data.one(devicePolicyModel, { deviceId })) ?? newDevicePolicy(deviceId, now);
      if (row.monitoringSuspended === suspended) return {};
      await data.put(devicePolicyModel, { ...row, monitoringSuspended: suspended });
      afterCommit(() => delivery.touch(systemId, { devices: [deviceId], stale: true }));
      emit('device.changed', { deviceId });
      return {};
    },
  };
}

async function switchPolicy(
  reader: PolicyReader,
  delivery: PolicyDelivery,
  context: OperationContext,
  { policyId, profileId, enabled }: SwitchInput,
  index: SystemIndex,
) {
  const { data, access, emit, afterCommit, systemId } = context;
  const row = await getPolicy(data, policyId);
  assertSwitchable(row, profileId);
  assertReach(access, profileId, `the policy “${row.name}”`);
  // What lower levels cannot override they cannot turn off either.
  if (!enabled && isEnforced(row)) assertReaches(access, row, row.name);
  if (enabled) await data.remove(policyExceptionModel, { policyId, profileId });
  else await data.put(policyExceptionModel, { policyId, profileId });
  const there = deployedReach(row).map(
    ({ targets }) => ({ place: { ...row, level: 'profile', profileId }, targets }) as const,
  );
  afterCommit(() => delivery.touch(systemId, { policies: there }));
  emit('policy.changed', { policyId, change: 'updated' });
  return viewIn(reader, index, context, row);
}

/** As saved or as pushed: an edit must not open the way around what holds, nor the other way round. */
const isEnforced = ({ terms, deployed }: PolicyRow): boolean => terms.enforced || deployed?.enforced === true;

/** @throws RmmError `INVALID_INPUT` */
function assertSwitchable({ level, profileId: own }: PolicyRow, profileId: string): void {
  if (level === 'system' || (level === 'profile' && own === profileId)) return;
  const message =
    level === 'device'
      ? 'policyId: a policy of one device cannot be turned off for a Profile; set enabled to false and push it'
      : 'profileId: the policy belongs to another Profile';
  throw new RmmError('INVALID_INPUT', message);
}

/** Those to push: the named ones, or all that the actor can reach. @throws RmmError `NOT_FOUND`, `FORBIDDEN` */
async function toPush(
  { data, access }: OperationContext,
  policyIds: readonly string[] | undefined,
): Promise<readonly PolicyRow[]> {
  const rows = await data.find(policyModel, policyIds ? { match: { id: policyIds } } : {});
  if (policyIds) for (const row of rows) assertReaches(access, row, row.name);
  return rows.filter((row) => isChanged(row) && (policyIds !== undefined || reaches(access, row)));
}

/** How many devices a push would change. */
async function changedDevices(
  reader: PolicyReader,
  context: OperationContext,
  policyIds: readonly string[] | undefined,
): Promise<number> {
  const pushed = new Set((await toPush(context, policyIds)).map(({ id }) => id));
  const before = await reader.world(context.data);
  const policies = before.policies.map((row) => (pushed.has(row.id) ? { ...row, deployed: row.terms } : row));
  const after = before.with({ policies });
  const within = affectedDevices(before, after);
  const then = resolvePolicies(before, within);
  let count = 0;
  for (const [deviceId, { hash }] of resolvePolicies(after, within)) if (then.of(deviceId)?.hash !== hash) count++;
  return count;
}

async function pushPolicies(
  delivery: PolicyDelivery,
  context: OperationContext,
  policyIds: readonly string[] | undefined,
  devices: number,
) {
  const { data, now, emit, afterCommit, systemId } = context;
  const rows = await toPush(context, policyIds);
  const pushed = rows.map((row) => ({ ...row, deployed: row.terms, deployedAt: now }));
  await data.put(policyModel, ...pushed);
  for (const { id } of rows) emit('policy.changed', { policyId: id, change: 'pushed' });
  afterCommit(() => delivery.touch(systemId, { policies: [...rows, ...pushed].flatMap(deployedReach) }));
  return { policies: rows.length, devices };
}

/** Where the pushed terms of a policy hold. */
function deployedReach(row: PolicyRow): readonly PolicyReach[] {
  return row.deployed ? [{ place: row, targets: row.deployed.targets }] : [];
}
