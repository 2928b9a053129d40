import type { FieldDef } from '../field-def.js';
import type { BlockPool } from './block-pool.js';
import { BooleanColumn } from './boolean-column.js';
import type { Column } from './column.js';
import { NumberColumn } from './number-column.js';
import { TextColumn } from './text-column.js';

/** An empty column for values of this type. */
export function createColumn(field: Pick<FieldDef, 'type' | 'scheme'>, pool: BlockPool): Column {
  switch (field.type) {
    case 'string':
      return new TextColumn(pool);
    case 'version':
      return new TextColumn(pool, field.scheme ?? 'generic');
    case 'boolean':
      return new BooleanColumn();
    default:
      return new NumberColumn();
  }
}
