import type { Audit, AuditSectionName } from '@rmm/protocol';
import { auditChangeModel, auditSectionModel } from '../audit/audit-models.js';
import { diffSection } from '../audit/diff-section.js';
import { sectionHash } from '../audit/section-hash.js';
import { deviceTypeOf, summariseAudit } from '../audit/summarise-audit.js';
import { auditDigest } from '../filter/audit-digest.js';
import type { FactService } from '../filter/fact-service.js';
import { factsRef } from '../filter/facts-ref.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import { notFound } from '../hierarchy/not-found.js';
import type { Handlers, OperationContext } from '../operation/operation.js';
import { storable } from '../operation/unstorable-text.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { agentsContract } from './agent-contract.js';
import { agentDeviceId } from './agent-device-id.js';

/** How agents hand in audits: hashes first, then what differs. */
export function auditing(context: PluginContext): Pick<Handlers<typeof agentsContract>, 'auditOffer' | 'auditData'> {
  const facts = () => context.use(factsRef);
  return {
    auditOffer: async (operation, { hashes }) => {
      const device = await ownDevice(operation);
      const { id: deviceId } = device;
      const stored = await operation.data.find(auditSectionModel, { match: { deviceId }, fields: ['section', 'hash'] });
      const known = new Map<string, string>(stored.map(({ section, hash }) => [section, hash]));
      const want = (Object.entries(hashes) as [AuditSectionName, string][])
        .filter(([section, hash]) => known.get(section) !== hash)
        .map(([section]) => section);
      if (want.length === 0) await audited(operation, facts(), device, {}, []);
      return { want };
    },

    auditData: async (operation, { sections }) => {
      const device = await ownDevice(operation);
      const changed = await storeSections(context, operation, device.id, sections as Partial<Audit>);
      await audited(operation, facts(), device, sections as Partial<Audit>, changed);
      return { changed };
    },
  };
}

async function ownDevice(operation: OperationContext): Promise<DeviceRow> {
  const deviceId = agentDeviceId(operation);
  const device = await operation.data.one(deviceModel, { id: deviceId });
  if (!device) throw notFound('device', deviceId);
  return device;
}

/** Stores the sections that differ, writes the change log, and tells which. The first audit is no change. */
async function storeSections(
  context: PluginContext,
  operation: OperationContext,
  deviceId: string,
  sections: Partial<Audit>,
): Promise<AuditSectionName[]> {
  const changed: AuditSectionName[] = [];
  for (const [section, content] of Object.entries(sections) as [AuditSectionName, unknown][]) {
    const before = await operation.data.one(auditSectionModel, { deviceId, section });
    const hash = sectionHash(content);
    if (before?.hash === hash) continue;
    changed.push(section);
    await operation.data.put(auditSectionModel, { deviceId, section, hash, data: content, at: operation.now });
    if (!before) continue;
    const changes = diffSection(section, before.data, content);
    await operation.data.insertAll(
      auditChangeModel,
      changes.map(({ kind, item, before, after }) => ({
        id: context.ids.next(),
        deviceId,
        at: operation.now,
        section,
        kind,
        item: storable(item),
        before: before === null ? null : storable(before),
        after: after === null ? null : storable(after),
      })),
    );
  }
  return changed;
}

/** Brings the device's row up to date after an audit; without changed sections only its time. */
async function audited(
  operation: OperationContext,
  facts: FactService,
  device: DeviceRow,
  sections: Partial<Audit>,
  changed: readonly AuditSectionName[],
): Promise<void> {
  const { id: deviceId } = device;
  const summary = { ...device.summary, ...summariseAudit(sections) };
  const stored =
    Object.keys(sections).length > 0 || device.auditDigest == null
      ? await operation.data.find(auditSectionModel, { match: { deviceId }, fields: ['section', 'hash'] })
      : undefined;
  await operation.data.update(
    deviceModel,
    { id: deviceId },
    {
      lastAuditAt: operation.now,
      ...(stored && { auditDigest: auditDigest(stored, summary) }),
      summary,
      ...(sections.system && {
        hostname: storable(sections.system.hostname) || device.hostname,
        type: deviceTypeOf(sections),
      }),
    },
  );
  operation.afterCommit(() => facts.refresh(operation.systemId, [deviceId]));
  operation.emit('device.audited', { deviceId, changedSections: changed });
}
