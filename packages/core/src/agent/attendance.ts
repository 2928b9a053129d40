import type { Static } from 'typebox';
import type { FactService } from '../filter/fact-service.js';
import { factsRef } from '../filter/facts-ref.js';
import { type DeviceRow, deviceDirectoryModel, deviceModel } from '../hierarchy/device-model.js';
import { redeemEnrolment } from '../hierarchy/enrolment-operations.js';
import { notFound } from '../hierarchy/not-found.js';
import type { Handlers, OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { agentsContract } from './agent-contract.js';
import { agentDeviceId } from './agent-device-id.js';
import type { Arrivals } from './arrivals.js';
import { commandModel } from './command-model.js';
import type { CommandService } from './command-service.js';

const AUDIT_MAX_AGE_MS = 86_400_000;
/** A deleted device keeps its order to uninstall for so long. */
export const UNINSTALL_EXPIRES_MS = 365 * 86_400_000;

/** How agents join, come and go. */
export function attendance(
  context: PluginContext,
  commands: CommandService,
  arrivals: Arrivals,
): Pick<Handlers<typeof agentsContract>, 'enrol' | 'reset' | 'connected' | 'disconnected'> {
  const facts = () => context.use(factsRef);
  return {
    enrol: (operation, input) => enrol(context, facts(), operation, input),

    reset: async ({ data, systemId, afterCommit }) => {
      const online = await data.find(deviceModel, { match: { online: true }, fields: ['id'] });
      const ids = online.map(({ id }) => id);
      await data.update(deviceModel, { online: true }, { online: false });
      if (ids.length > 0) afterCommit(() => facts().refresh(systemId, ids));
      return { devices: ids.length };
    },

    connected: (operation, input) => connected(facts(), commands, arrivals, operation, input),

    disconnected: async (operation, { lastSeenAt }) => {
      const deviceId = agentDeviceId(operation);
      const device = await operation.data.one(deviceModel, { id: deviceId });
      await operation.data.update(deviceModel, { id: deviceId }, { online: false, lastSeenAt });
      operation.afterCommit(() => facts().refresh(operation.systemId, [deviceId]));
      if (device?.online && device.state === 'active') operation.emit('device.offline', { deviceId });
      return {};
    },
  };
}

type Connected = Static<(typeof agentsContract)['connected']['input']>;

async function connected(
  facts: FactService,
  commands: CommandService,
  arrivals: Arrivals,
  operation: OperationContext,
  { agentVersion, machine, remoteAddress, open, policy }: Connected,
): Promise<{ auditNow: boolean }> {
  const { data, now, systemId } = operation;
  const deviceId = agentDeviceId(operation);
  const device = await data.one(deviceModel, { id: deviceId });
  if (!device) throw notFound('device', deviceId);
  await data.update(
    deviceModel,
    { id: deviceId },
    { online: true, lastSeenAt: now, agentVersion, machine: machine ?? null, externalIp: remoteAddress },
  );
  const sameMachine = machine === undefined || device.machine === null || device.machine === machine;
  if (open) await commands.reconcile(operation, deviceId, { open, sameMachine });
  operation.afterCommit(() => facts.refresh(systemId, [deviceId]));
  if (device.state === 'suspended') {
    await orderUninstall(commands, operation, deviceId);
    return { auditNow: false };
  }
  await arrivals.tell(operation, { deviceId, policy });
  if (!device.online) operation.emit('device.online', { deviceId });
  return { auditNow: device.lastAuditAt === null || now - device.lastAuditAt >= AUDIT_MAX_AGE_MS };
}

async function enrol(
  context: PluginContext,
  facts: FactService,
  operation: OperationContext,
  input: {
    enrolmentId: string;
    secret: string;
    publicKey: string;
    hostname: string;
    agentVersion: string;
    machine?: string;
    remoteAddress: string;
  },
): Promise<{ deviceId: string }> {
  const { data, now } = operation;
  // An agent that did not hear the answer asks again with the same key: it gets the same device.
  const known = await data.one(deviceModel, { publicKey: input.publicKey });
  if (known) return { deviceId: known.id };
  const { profileId } = await redeemEnrolment(operation, input.enrolmentId, input.secret);
  const device: DeviceRow = {
    id: context.ids.next(),
    profileId,
    state: 'active',
    hostname: input.hostname,
    description: '',
    type: 'unknown',
    typeOverride: null,
    tags: [],
    customFields: [null, null, null, null, null],
    summary: {},
    externalIp: input.remoteAddress,
    agentVersion: input.agentVersion,
    publicKey: input.publicKey,
    machine: input.machine ?? null,
    online: false,
    enrolledAt: now,
    lastSeenAt: now,
    lastAuditAt: null,
    suspendedAt: null,
  };
  await data.insert(deviceModel, device);
  await data.insert(deviceDirectoryModel, { deviceId: device.id, ofSystem: operation.systemId });
  operation.afterCommit(() => facts.refresh(operation.systemId, [device.id]));
  operation.emit('device.enrolled', { deviceId: device.id, profileId });
  return { deviceId: device.id };
}

/** A suspended device that still calls gets the order to uninstall, unless one waits already. */
async function orderUninstall(commands: CommandService, operation: OperationContext, deviceId: string): Promise<void> {
  const waiting = await operation.data.count(commandModel, { deviceId, kind: 'agent.uninstall' });
  if (waiting === 0) await commands.enqueue(operation, deviceId, { kind: 'agent.uninstall' }, UNINSTALL_EXPIRES_MS);
}
