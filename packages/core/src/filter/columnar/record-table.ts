import { type FactRecord, normaliseFact, recordKey, SCHEME_KEY } from '../facts.js';
import type { FieldDef } from '../field-def.js';
import { Bitmap } from './bitmap.js';
import type { Column, ColumnValue } from './column.js';
import type { ColumnMemory } from './column-memory.js';
import { createColumn } from './create-column.js';
import { grown } from './grown.js';
import { hashNumbers } from './hash-numbers.js';
import { HashTable } from './hash-table.js';
import type { RowSource } from './row-source.js';
import type { Scratch } from './scratch.js';

interface RecordColumn {
  readonly id: string;
  /** The key in the record; `undefined` where the record is the value itself. */
  readonly key: string | undefined;
  readonly type: FieldDef['type'];
  readonly column: Column;
}

/** The distinct records of a list, each stored once whatever the number of devices that have it. */
export class RecordTable implements RowSource {
  readonly scratch: Scratch;
  readonly #columns: readonly RecordColumn[];
  readonly #table = new HashTable((id) => this.#hashes[id] as number);
  #hashes = new Uint32Array(0);
  /** Of the record at hand, by column. */
  readonly #tokens: Float64Array;
  #size = 0;
  readonly #universe = new Bitmap();

  /** @param fields the fields of a list, or one field with several values */
  constructor(fields: readonly FieldDef[], memory: ColumnMemory) {
    const columns: RecordColumn[] = fields.map((field) => ({
      id: field.id,
      key: field.list === undefined ? undefined : recordKey(field),
      type: field.type,
      column: createColumn(field, memory),
    }));
    const versioned = fields.find((field) => field.list !== undefined && field.type === 'version');
    if (versioned !== undefined) {
      const id = `${versioned.list}.${SCHEME_KEY}`;
      columns.push({ id, key: SCHEME_KEY, type: 'string', column: createColumn({ type: 'string' }, memory) });
    }
    this.scratch = memory.scratch;
    this.#columns = columns;
    this.#tokens = new Float64Array(columns.length);
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
    const tokens = this.#tokens;
    let blank = true;
    for (let i = 0; i < this.#columns.length; i++) {
      const { key, type, column } = this.#columns[i] as RecordColumn;
      const value = normaliseFact(type, valueIn(record, key));
      if (value !== undefined && key !== SCHEME_KEY) blank = false;
      tokens[i] = column.token(value);
    }
    return blank ? -1 : this.#find();
  }

  /** The number of the record with these tokens, one a column in the order of {@link columnIds}. */
  internTokens(tokens: readonly number[]): number {
    for (let i = 0; i < tokens.length; i++) this.#tokens[i] = tokens[i] as number;
    return this.#find();
  }

  get columnIds(): readonly string[] {
    return this.#columns.map(({ id }) => id);
  }

  *settle(): Generator<void, void, undefined> {
    for (const { column } of this.#columns) yield* column.settle();
  }

  tidy(): void {
    for (const { column } of this.#columns) column.tidy?.();
  }

  /** The record whose tokens are at hand, new or known. */
  #find(): number {
    const hash = hashNumbers(this.#tokens);
    let place = this.#table.start(hash);
    for (let id = this.#table.at(place); id >= 0; id = this.#table.at(place)) {
      if (this.#hashes[id] === hash && this.#is(id)) return id;
      place = this.#table.next(place);
    }
    return this.#add(place, hash);
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

  /** Takes in the record whose tokens were just found. */
  #add(place: number, hash: number): number {
    const id = this.#size++;
    this.#hashes = grown(this.#hashes, this.#size);
    this.#hashes[id] = hash;
    for (let i = 0; i < this.#columns.length; i++) this.#columns[i]?.column.put(id, this.#tokens[i] as number);
    this.#universe.add(id);
    this.#table.insert(place, id);
    return id;
  }

  #is(id: number): boolean {
    for (let i = 0; i < this.#columns.length; i++) {
      if (!Object.is(this.#columns[i]?.column.tokenAt(id), this.#tokens[i])) return false;
    }
    return true;
  }
}

function valueIn(record: unknown, key: string | undefined): unknown {
  if (key === undefined) return record;
  return typeof record === 'object' && record !== null ? (record as FactRecord)[key] : undefined;
}
