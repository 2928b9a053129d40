import { CORE_FIELDS } from '../core-fields.js';
import { FieldCatalogue } from '../field-catalogue.js';
import type { FieldDef } from '../field-def.js';

/** Fields as a plugin would add them: shapes that core's own lack. */
const PLUGIN_FIELDS: readonly FieldDef[] = [
  { id: 'drive.name', label: 'Drive', group: 'Drives', type: 'string', list: 'drive' },
  { id: 'drive.freeGb', label: 'Free', group: 'Drives', type: 'real', list: 'drive' },
  { id: 'drive.encrypted', label: 'Encrypted', group: 'Drives', type: 'boolean', list: 'drive' },
  { id: 'drive.checkedAt', label: 'Last check', group: 'Drives', type: 'date', list: 'drive' },
  { id: 'service.ports', label: 'Open port', group: 'Services', type: 'integer', multi: true },
  { id: 'backup.runs', label: 'Backup run', group: 'Backup', type: 'date', multi: true },
];

export function testCatalogue(): FieldCatalogue {
  return new FieldCatalogue([...CORE_FIELDS, ...PLUGIN_FIELDS]);
}
