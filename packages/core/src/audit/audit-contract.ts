import { AUDIT_SECTION_NAMES, AUDIT_SECTIONS, type Audit as AuditSections } from '@rmm/protocol';
import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Cursor, Id, Named, Nullable, OneOf, Strict, StrictPartial, Time } from '../operation/schema.js';

const SectionsSchema = StrictPartial(AUDIT_SECTIONS);
const AuditSchema = Strict({
  deviceId: Id,
  /** When the device was last audited; null before the first time. */
  auditedAt: Nullable(Time),
  sections: Named<Partial<AuditSections>, typeof SectionsSchema>(SectionsSchema),
});
/** What the last audit of a device found, by section. */
export interface Audit extends Static<typeof AuditSchema> {}
export const AuditView = Named<Audit, typeof AuditSchema>(AuditSchema);

const AuditChangeSchema = Strict({
  id: Id,
  deviceId: Id,
  at: Time,
  section: OneOf(AUDIT_SECTION_NAMES),
  kind: OneOf(['added', 'removed', 'changed']),
  item: Type.String(),
  before: Nullable(Type.String()),
  after: Nullable(Type.String()),
});
/** One difference between two audits. `item` names the thing, e.g. a package; `before`/`after` are null when it came or went. */
export interface AuditChange extends Static<typeof AuditChangeSchema> {}
export const AuditChange = Named<AuditChange, typeof AuditChangeSchema>(AuditChangeSchema);

const touchesDevice = ({ deviceId }: { deviceId: string }) => ({ devices: [deviceId] });

export const auditsContract = {
  get: declare({
    kind: 'query',
    summary: 'Show a device’s audit: system, hardware, volumes, network, software, security',
    requires: { permission: 'audits' },
    route: 'GET /devices/:deviceId/audit',
    input: Strict({ deviceId: Id }),
    output: AuditView,
    touches: touchesDevice,
  }),
  changes: declare({
    kind: 'query',
    summary: 'List what changed on a device between audits, newest first',
    requires: { permission: 'audits' },
    route: 'GET /devices/:deviceId/changes',
    input: Strict({ deviceId: Id, section: Type.Optional(OneOf(AUDIT_SECTION_NAMES)), ...Cursor }),
    output: Strict({ items: Type.Array(AuditChange), cursor: Nullable(Type.String()) }),
    touches: touchesDevice,
  }),
};
export interface AuditsApi extends ApiOf<typeof auditsContract> {}
