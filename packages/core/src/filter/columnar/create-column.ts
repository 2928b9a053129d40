import type { FieldDef } from '../field-def.js';
import { BooleanColumn } from './boolean-column.js';
import type { Column } from './column.js';
import type { ColumnMemory } from './column-memory.js';
import { NumberColumn } from './number-column.js';
import { TextColumn } from './text-column.js';

/** An empty column for values of this type. */
export function createColumn(field: Pick<FieldDef, 'type' | 'scheme'>, memory: ColumnMemory): Column {
  switch (field.type) {
    case 'string':
      return new TextColumn(memory);
    case 'version':
      return new TextColumn(memory, field.scheme ?? 'generic');
    case 'boolean':
      return new BooleanColumn(memory);
    default:
      return new NumberColumn(memory);
  }
}
