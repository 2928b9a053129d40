import { defineModel, required } from '../data/model.js';
import type { PackedFacts } from './columnar/device-table.js';

/**
 * What the audits of some devices tell, as the index holds it. Derived and only kept to read the index faster: an entry
 * counts only where its stamp is the `auditDigest` in the device's row, whatever else may be wrong or old about it.
 */
export interface FactBlockRow {
  block: number;
  /** Rows of another format are not read. */
  format: number;
  devices: readonly string[];
  stamps: readonly number[];
  facts: PackedFacts;
}

export const factBlockModel = defineModel<FactBlockRow>({
  name: 'factBlock',
  fields: {
    block: required('int'),
    format: required('int'),
    devices: required('json'),
    stamps: required('json'),
    facts: required('json'),
  },
  key: ['block'],
});
