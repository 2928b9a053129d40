import type { Audit } from '@rmm/protocol';
import { decodeCursor, pageOf } from '../data/cursor.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { isoTime, isoTimeOrNull } from '../hierarchy/iso-time.js';
import { implement, type Operation } from '../operation/operation.js';
import { auditsContract } from './audit-contract.js';
import { auditChangeModel, auditSectionModel } from './audit-models.js';

/** Reading audits and the change log. */
export function auditOperations(): readonly Operation[] {
  return implement('audits', auditsContract, {
    get: async ({ data }, { deviceId }) => {
      const device = await data.one(deviceModel, { id: deviceId });
      const rows = await data.find(auditSectionModel, { match: { deviceId } });
      const sections = Object.fromEntries(
        rows.map(({ section, data: content }) => [section, content]),
      ) as Partial<Audit>;
      return { deviceId, auditedAt: isoTimeOrNull(device?.lastAuditAt ?? null), sections };
    },
    changes: async ({ data }, { deviceId, section, cursor, limit = 100 }) => {
      const after = decodeCursor(cursor);
      const found = await data.find(auditChangeModel, {
        match: { deviceId, ...(section && { section }) },
        order: [{ field: 'id', dir: 'desc' }],
        limit: limit + 1,
        ...(after && { after }),
      });
      const page = pageOf(found, limit);
      return {
        items: page.rows.map(({ id, at, section, kind, item, before, after }) => ({
          id,
          deviceId,
          at: isoTime(at),
          section,
          kind,
          item,
          before,
          after,
        })),
        cursor: page.cursor,
      };
    },
  });
}
