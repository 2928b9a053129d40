import type { CommandFault } from '../agent/command-fault.js';
import type { CommandEnd, CommandKind } from '../agent/command-kind.js';
import type { CommandRow } from '../agent/command-model.js';
import type { OperationContext } from '../operation/operation.js';
import { storable } from '../operation/unstorable-text.js';
import { changedPolicy, EMPTY_DOCUMENT, NOTHING, newDevicePolicy } from './device-policy.js';
import type { PolicyDelivery } from './policy-delivery.js';
import { type DevicePolicyRow, devicePolicyModel, policyDocumentModel } from './policy-models.js';
import { APPLY, documentIn } from './settle-policies.js';

const NOT_TOLD: CommandFault = {
  code: 'COMMAND_UNSUPPORTED',
  message: 'The agent did not tell which policies it keeps; update the agent',
};
const OTHER: CommandFault = {
  code: 'CONFLICT',
  message: 'The agent keeps other policies than it was sent, and holds them to be newer',
};

/** How devices follow the command that brings them what they are to obey. */
export function policyCommand(delivery: PolicyDelivery): CommandKind {
  const fail = (context: OperationContext, command: CommandRow, fault: CommandFault) =>
    failed(delivery, context, command, fault);
  return {
    kind: APPLY,
    body: async (data, { deviceId }) => {
      const { desired = EMPTY_DOCUMENT } = (await data.one(devicePolicyModel, { deviceId })) ?? {};
      if (desired === EMPTY_DOCUMENT) return { kind: APPLY, hash: desired, document: {} };
      const stored = await data.one(policyDocumentModel, { hash: desired });
      return stored && { kind: APPLY, hash: desired, document: { ...stored.document } };
    },
    finished: async (context, command, end) => {
      const fault = faultOf(end);
      if (fault || !end.policy) await fail(context, command, fault ?? NOT_TOLD);
      else await told(delivery, context, command.deviceId, { ...end.policy, sent: documentIn(command.detail) });
    },
    refused: fail,
    // Whether the agent has it will be seen.
    lost: async (context, { deviceId }) => {
      context.afterCommit(() => delivery.touch(context.systemId, { devices: [deviceId] }));
    },
  };
}

const faultOf = (end: CommandEnd): CommandFault | undefined => {
  if (end.error) return end.error;
  return end.outcome === 'exited' && end.exitCode === 0 ? undefined : NOT_TOLD;
};

interface Told {
  readonly hash: string;
  readonly ignored: readonly string[];
  /** What the command was made to bring; undefined when something else was to be brought meanwhile. */
  readonly sent: unknown;
}

async function told(
  delivery: PolicyDelivery,
  context: OperationContext,
  deviceId: string,
  { hash: toldHash, ignored, sent }: Told,
): Promise<void> {
  const { data, now } = context;
  const hash = storable(toldHash);
  const row = await data.one(devicePolicyModel, { deviceId });
  if (!row && hash === EMPTY_DOCUMENT) return;
  const before = row ?? newDevicePolicy(deviceId, now);
  const isOther = hash !== before.desired && before.desired !== NOTHING;
  // Nothing newer was to be brought meanwhile, so bringing it again would go on for ever.
  const fault = isOther && sent === before.desired ? OTHER : null;
  await store(context, before, { actual: hash, actualAt: now, ignored: ignored.map(storable), fault });
  if (fault) context.afterCommit(() => delivery.retryLater(context.systemId));
  else if (isOther) context.afterCommit(() => delivery.touch(context.systemId, { devices: [deviceId] }));
}

async function failed(
  delivery: PolicyDelivery,
  context: OperationContext,
  { deviceId, detail }: CommandRow,
  { code, message }: CommandFault,
): Promise<void> {
  const row = await context.data.one(devicePolicyModel, { deviceId });
  if (!row) return;
  if (documentIn(detail) !== row.desired) {
    // Perhaps another document could not be taken; of the one that holds now nothing is known.
    context.afterCommit(() => delivery.touch(context.systemId, { devices: [deviceId], retry: true }));
    return;
  }
  await store(context, row, { fault: { code, message } });
  context.afterCommit(() => delivery.retryLater(context.systemId));
}

/** Takes note of what an agent that has just connected keeps; undefined when it told of nothing. */
export async function arrived(
  delivery: PolicyDelivery,
  context: OperationContext,
  deviceId: string,
  told: string | undefined,
): Promise<void> {
  const { data, now, systemId } = context;
  const actual = told === undefined ? undefined : storable(told);
  const row = await data.one(devicePolicyModel, { deviceId });
  if (!row && (actual ?? EMPTY_DOCUMENT) === EMPTY_DOCUMENT) return;
  const before = row ?? newDevicePolicy(deviceId, now);
  if (row?.actual !== (actual ?? null) || row.fault) {
    await store(context, before, { actual: actual ?? null, actualAt: now, fault: null });
  }
  if ((actual ?? EMPTY_DOCUMENT) !== before.desired) {
    context.afterCommit(() => delivery.touch(systemId, { devices: [deviceId] }));
  }
}

async function store(
  { data, now, emit }: OperationContext,
  before: DevicePolicyRow,
  change: Partial<DevicePolicyRow>,
): Promise<void> {
  const after = changedPolicy(before, change, now);
  await data.put(devicePolicyModel, after);
  if (after.state !== before.state) emit('device.policy', { deviceId: after.deviceId, state: after.state });
}
