import type { Audit, AuditSectionName } from '@rmm/protocol';
import { auditChangeModel, auditSectionModel } from '../audit/audit-models.js';
import { diffSection } from '../audit/diff-section.js';
import { sectionHash } from '../audit/section-hash.js';
import { deviceTypeOf, summariseAudit } from '../audit/summarise-audit.js';
import type { FactService } from '../filter/fact-service.js';
import { factsRef } from '../filter/facts-ref.js';
import { type DeviceRow, deviceDirectoryModel, deviceModel } from '../hierarchy/device-model.js';
import { redeemEnrolment } from '../hierarchy/enrolment-operations.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { agentsContract } from './agent-contract.js';
import { commandModel } from './command-model.js';
import type { CommandService } from './command-service.js';

const AUDIT_MAX_AGE_MS = 86_400_000;
/** A deleted device keeps its order to uninstall for so long. */
export const UNINSTALL_EXPIRES_MS = 365 * 86_400_000;

const deviceIdOf = ({ actor }: OperationContext): string => (actor.kind === 'agent' ? actor.deviceId : '');

export function agentOperations(context: PluginContext, commands: CommandService): readonly Operation[] {
  const facts = () => context.use(factsRef);
  return implement('agents', agentsContract, {
    enrol: (operation, input) => enrol(context, facts(), operation, input),

    reset: async ({ data }) => ({ devices: await data.update(deviceModel, { online: true }, { online: false }) }),

    connected: async (operation, { agentVersion, machine, remoteAddress, open }) => {
      const deviceId = deviceIdOf(operation);
      const device = await operation.data.one(deviceModel, { id: deviceId });
      await operation.data.update(
        deviceModel,
        { id: deviceId },
        { online: true, lastSeenAt: operation.now, agentVersion, machine: machine ?? null, externalIp: remoteAddress },
      );
      if (open) await commands.reconcile(operation, deviceId, open);
      if (device?.state === 'suspended') await orderUninstall(commands, operation, deviceId);
      operation.afterCommit(() => facts().refresh(operation.systemId, [deviceId]));
      if (device?.state === 'active') operation.emit('device.online', { deviceId });
      const auditedAt = device?.lastAuditAt ?? null;
      return {
        auditNow: device?.state === 'active' && (auditedAt === null || operation.now - auditedAt >= AUDIT_MAX_AGE_MS),
      };
    },

    disconnected: async (operation, { lastSeenAt }) => {
      const deviceId = deviceIdOf(operation);
      await operation.data.update(deviceModel, { id: deviceId }, { online: false, lastSeenAt });
      operation.afterCommit(() => facts().refresh(operation.systemId, [deviceId]));
      operation.emit('device.offline', { deviceId });
      return {};
    },

    pull: (operation, { limit }) => commands.waiting(operation.data, deviceIdOf(operation), operation.now, limit),

    accepted: async (operation, { ids }) => {
      await commands.accept(operation, deviceIdOf(operation), ids);
      return {};
    },

    refused: async (operation, { id, code, message }) => {
      const row = await commands.find(operation.data, deviceIdOf(operation), id);
      if (row) {
        await commands.end(operation, row);
        await commands.kind(row.kind).refused?.(operation, row, { code, message });
      }
      return {};
    },

    started: async (operation, { id, at }) => {
      const row = await commands.find(operation.data, deviceIdOf(operation), id);
      if (row) await commands.kind(row.kind).started?.(operation, row, at);
      return {};
    },

    finished: async (operation, { id, ...end }) => {
      const row = await commands.find(operation.data, deviceIdOf(operation), id);
      if (row) {
        await commands.end(operation, row);
        await commands.kind(row.kind).finished?.(operation, row, end);
      }
      return {};
    },

    auditOffer: async (operation, { hashes }) => {
      const deviceId = deviceIdOf(operation);
      const stored = await operation.data.find(auditSectionModel, { match: { deviceId }, fields: ['section', 'hash'] });
      const known = new Map<string, string>(stored.map(({ section, hash }) => [section, hash]));
      const want = (Object.entries(hashes) as [AuditSectionName, string][])
        .filter(([section, hash]) => known.get(section) !== hash)
        .map(([section]) => section);
      if (want.length === 0) await audited(operation, facts(), deviceId, {}, []);
      return { want };
    },

    auditData: async (operation, { sections }) => {
      const changed = await storeSections(context, operation, sections as Partial<Audit>);
      await audited(operation, facts(), deviceIdOf(operation), sections as Partial<Audit>, changed);
      return { changed };
    },
  });
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

/** Stores the sections that differ, writes the change log, and tells which. The first audit is no change. */
async function storeSections(
  context: PluginContext,
  operation: OperationContext,
  sections: Partial<Audit>,
): Promise<AuditSectionName[]> {
  const deviceId = deviceIdOf(operation);
  const changed: AuditSectionName[] = [];
  for (const [section, content] of Object.entries(sections) as [AuditSectionName, unknown][]) {
    const before = await operation.data.one(auditSectionModel, { deviceId, section });
    const hash = sectionHash(content);
    if (before?.hash === hash) continue;
    changed.push(section);
    await operation.data.put(auditSectionModel, { deviceId, section, hash, data: content, at: operation.now });
    if (!before) continue;
    const changes = diffSection(section, before.data, content);
    await operation.data.insert(
      auditChangeModel,
      ...changes.map((change) => ({ id: context.ids.next(), deviceId, at: operation.now, section, ...change })),
    );
  }
  return changed;
}

/** Brings the device's row up to date after an audit; without changed sections only its time. */
async function audited(
  operation: OperationContext,
  facts: FactService,
  deviceId: string,
  sections: Partial<Audit>,
  changed: readonly AuditSectionName[],
): Promise<void> {
  const device = await operation.data.one(deviceModel, { id: deviceId });
  if (!device) return;
  await operation.data.update(
    deviceModel,
    { id: deviceId },
    {
      lastAuditAt: operation.now,
      summary: { ...device.summary, ...summariseAudit(sections) },
      ...(sections.system && { hostname: sections.system.hostname, type: deviceTypeOf(sections) }),
    },
  );
  operation.afterCommit(() => facts.refresh(operation.systemId, [deviceId]));
  operation.emit('device.audited', { deviceId, changedSections: changed });
}
