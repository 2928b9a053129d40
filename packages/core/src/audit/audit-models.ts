import type { AuditSectionName } from '@rmm/protocol';
import { defineModel, nullable, required } from '../data/model.js';

/** The last audit of a device, one row a section. */
export interface AuditSectionRow {
  deviceId: string;
  section: AuditSectionName;
  hash: string;
  data: unknown;
  at: number;
}

export const auditSectionModel = defineModel<AuditSectionRow>({
  name: 'auditSection',
  fields: {
    deviceId: required('string'),
    section: required('string'),
    hash: required('string'),
    data: required('json'),
    at: required('time'),
  },
  key: ['deviceId', 'section'],
});

/** The change log: one row a difference. Kept until the device is deleted for good. */
export interface AuditChangeRow {
  id: string;
  deviceId: string;
  at: number;
  section: AuditSectionName;
  kind: 'added' | 'removed' | 'changed';
  item: string;
  before: string | null;
  after: string | null;
}

export const auditChangeModel = defineModel<AuditChangeRow>({
  name: 'auditChange',
  fields: {
    id: required('string'),
    deviceId: required('string'),
    at: required('time'),
    section: required('string'),
    kind: required('string'),
    item: required('string'),
    before: nullable('string'),
    after: nullable('string'),
  },
  key: ['id'],
  indexes: [['deviceId', 'id']],
});
