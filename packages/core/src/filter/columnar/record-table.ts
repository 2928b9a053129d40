import { type FactRecord, normaliseFact, recordKey, SCHEME_KEY } from '../facts.js';
import type { FieldDef } from '../field-def.js';
import { Bitmap } from './bitmap.js';
import type { Column, ColumnValue } from './column.js';
import { createColumn } from './create-column.js';
import { HashTable } from './hash-table.js';
import { hashNumber } from './hash-text.js';
import type { RowSource } from './row-source.js';

interface RecordColumn {
  readonly id: string;
  /** The key in the record; `undefined` where the record is the value itself. */
  readonly key: string | undefined;
  readonly type: FieldDef['type'];
  readonly column: Column;
}

/** The distinct records of a list, each stored once whatever the number of devices that have it. */
export class RecordTable implements RowSource {
  readonly #columns: readonly RecordColumn[];
  readonly #table: HashTable;
  #size = 0;
  #universe = new Bitmap();

  /** @param fields the fields of a list, or one field with several values */
  constructor(fields: readonly FieldDef[]) {
    const columns: RecordColumn[] = fields.map((field) => ({
      id: field.id,
      key: field.list === undefined ? undefined : recordKey(field),
      type: field.type,
      column: createColumn(field),
    }));
    const versioned = fields.find((field) => field.list !== undefined && field.type === 'version');
    if (versioned !== undefined) {
      const id = `${versioned.list}.${SCHEME_KEY}`;
      columns.push({ id, key: SCHEME_KEY, type: 'string', column: createColumn({ type: 'string' }) });
    }
    this.#columns = columns;
    this.#table = new HashTable((row) => this.#hash(columns.map(({ column }) => column.tokenAt(row))));
  }

  get size(): number {
    return this.#size;
  }

  column(id: string): Column | undefined {
    return this.#columns.find((candidate) => candidate.id === id)?.column;
  }

  list(): undefined {
    return undefined;
  }

  universe(): Bitmap {
    return this.#universe;
  }

  /** The record's number, new or known; −1 if all its fields are empty. */
  intern(record: unknown): number {
    const values = this.#columns.map((column) => normaliseFact(column.type, valueIn(record, column.key)));
    const blank = this.#columns.every(({ key }, i) => key === SCHEME_KEY || values[i] === undefined);
    if (blank) return -1;
    const tokens = this.#columns.map(({ column }, i) => column.token(values[i]));
    let place = this.#table.start(this.#hash(tokens));
    for (let id = this.#table.at(place); id >= 0; id = this.#table.at(place)) {
      if (this.#is(id, tokens)) return id;
      place = this.#table.next(place);
    }
    const id = this.#size++;
    this.#columns.forEach(({ column }, i) => {
      column.put(id, tokens[i] as number);
    });
    this.#universe.add(id);
    this.#table.insert(place, id);
    return id;
  }

  /** The record as it was given, without what the catalogue does not know; a bare value for a field with several values. */
  record(id: number): FactRecord | ColumnValue {
    const record: Record<string, ColumnValue> = {};
    for (const { key, column } of this.#columns) {
      const value = column.value(id);
      if (value === undefined) continue;
      if (key === undefined) return value;
      record[key] = value;
    }
    return record;
  }

  #is(id: number, tokens: readonly number[]): boolean {
    return this.#columns.every(({ column }, i) => Object.is(column.tokenAt(id), tokens[i]));
  }

  #hash(tokens: readonly number[]): number {
    let hash = 0x811c9dc5;
    for (const token of tokens) hash = hashNumber(hash, token);
    return hash;
  }
}

function valueIn(record: unknown, key: string | undefined): unknown {
  if (key === undefined) return record;
  return typeof record === 'object' && record !== null ? (record as FactRecord)[key] : undefined;
}
