import { AUDIT_SECTION_NAMES, AUDIT_SECTIONS } from '@rmm/protocol';
import { Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Cursor, Id, Nullable, OneOf, Strict, StrictPartial, Time } from '../operation/schema.js';

export const AuditView = Strict({
  deviceId: Id,
  /** When the device was last audited; null before the first time. */
  auditedAt: Nullable(Time),
  sections: StrictPartial(AUDIT_SECTIONS),
});

/** One difference between two audits. `item` names the thing, e.g. a package; `before`/`after` are null when it came or went. */
export const AuditChange = Strict({
  id: Id,
  deviceId: Id,
  at: Time,
  section: OneOf(AUDIT_SECTION_NAMES),
  kind: OneOf(['added', 'removed', 'changed']),
  item: Type.String(),
  before: Nullable(Type.String()),
  after: Nullable(Type.String()),
});

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
