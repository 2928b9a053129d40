import { type Facts, normaliseFact } from '../facts.js';
import type { FieldCatalogue } from '../field-catalogue.js';
import type { FieldDef } from '../field-def.js';
import type { Bitmap } from './bitmap.js';
import type { Column } from './column.js';
import { ColumnMemory } from './column-memory.js';
import { createColumn } from './create-column.js';
import { type ListChange, ListColumn } from './list-column.js';
import {
  type PackedRecords,
  type PackedValues,
  packRecords,
  packValues,
  unpackRecords,
  unpackValues,
} from './packed-values.js';
import type { RowSource } from './row-source.js';
import type { Scratch } from './scratch.js';

/** What changed on a device, by field id or list name; for lists, which records. */
export type RowChanges = ReadonlyMap<string, ListChange | undefined>;

/** Some facts of some rows, to be stored. */
export interface PackedFacts {
  readonly fields: Readonly<Record<string, PackedValues>>;
  readonly lists: Readonly<Record<string, PackedRecords>>;
}

/** The facts of all devices in columns, one a field and one a list. Columns come to be with their first value. */
export class DeviceTable implements RowSource {
  readonly #catalogue: FieldCatalogue;
  readonly #alive: Bitmap;
  readonly #memory = new ColumnMemory();
  readonly #columns = new Map<string, Column>();
  readonly #lists = new Map<string, ListColumn>();

  constructor(catalogue: FieldCatalogue, alive: Bitmap) {
    this.#catalogue = catalogue;
    this.#alive = alive;
  }

  get scratch(): Scratch {
    return this.#memory.scratch;
  }

  column(id: string): Column | undefined {
    return this.#columns.get(id);
  }

  list(name: string): ListColumn | undefined {
    return this.#lists.get(name);
  }

  universe(): Bitmap {
    return this.#alive;
  }

  /** Replaces all facts of a row. */
  set(row: number, facts: Facts): RowChanges {
    const changes = new Map<string, ListChange | undefined>();
    for (const id of this.#columns.keys()) if (!Object.hasOwn(facts, id)) this.#write(row, id, undefined, changes);
    for (const name of this.#lists.keys()) if (!Object.hasOwn(facts, name)) this.#write(row, name, undefined, changes);
    for (const key of Object.keys(facts)) this.#write(row, key, facts[key], changes);
    return changes;
  }

  /** Replaces the facts that `partial` names; what is not in the catalogue is ignored. */
  patch(row: number, partial: Facts): RowChanges {
    const changes = new Map<string, ListChange | undefined>();
    for (const key of Object.keys(partial)) this.#write(row, key, partial[key], changes);
    return changes;
  }

  /** A row's facts as they were given, without what the catalogue does not know and without empty values. */
  facts(row: number): Facts {
    const facts: Record<string, Facts[string]> = {};
    for (const [id, column] of this.#columns) {
      const value = column.value(row);
      if (value !== undefined) facts[id] = value;
    }
    for (const [name, list] of this.#lists) {
      const values = list.values(row);
      if (values.length > 0) facts[name] = values as Facts[string];
    }
    return facts;
  }

  /** Begins to read many rows into an empty table, which cannot be searched before it is settled. */
  beginLoading(): void {
    this.#memory.loading = true;
  }

  /** Ends what {@link beginLoading} began, in steps of some milliseconds. */
  *settle(): Generator<void, void, undefined> {
    for (const column of this.#columns.values()) yield* column.settle();
    for (const list of this.#lists.values()) yield* list.settle();
    this.#memory.loading = false;
  }

  /** What rows hold in these columns and lists. */
  pack(rows: readonly number[], keys: readonly string[]): PackedFacts {
    const fields: Record<string, PackedValues> = {};
    const lists: Record<string, PackedRecords> = {};
    for (const key of keys) {
      const column = this.#columns.get(key);
      const list = this.#lists.get(key);
      if (column) fields[key] = packValues(column, rows);
      if (list) lists[key] = packRecords(list, rows);
    }
    return { fields, lists };
  }

  /** Stores packed facts in empty rows, in steps; a row below 0 stands for one to pass over. Only while loading. */
  *unpack(rows: readonly number[], { fields, lists }: PackedFacts): Generator<void, void, undefined> {
    for (const [id, packed] of Object.entries(fields)) {
      const field = this.#catalogue.get(id);
      if (field) unpackValues(packed, this.#columnOf(field), rows);
      yield;
    }
    for (const [name, packed] of Object.entries(lists)) {
      const fields = this.#catalogue.fieldsOf(name);
      if (fields) yield* unpackRecords(packed, this.#listOf(name, fields), rows);
    }
  }

  /**
   * Rebuilds the columns that hold more dead values than live ones. Returns the lists whose records got new numbers: by
   * the former number the new one, −1 for records that are gone.
   */
  tidy(): ReadonlyMap<string, Int32Array> {
    for (const [id, column] of this.#columns) {
      column.tidy?.();
      if (column.wasteful) this.#columns.set(id, this.#rebuiltColumn(id, column));
    }
    const renumbered = new Map<string, Int32Array>();
    for (const [name, list] of this.#lists) {
      list.records.tidy();
      if (!list.wasteful) continue;
      const rebuilt = new ListColumn(this.#catalogue.fieldsOf(name) ?? [], this.#memory);
      renumbered.set(name, rebuilt.adopt(list, this.#alive));
      this.#lists.set(name, rebuilt);
    }
    return renumbered;
  }

  #write(row: number, key: string, value: Facts[string], changes: Map<string, ListChange | undefined>): void {
    const field = this.#catalogue.get(key);
    if (field !== undefined && field.multi !== true && field.list === undefined) {
      if (field.source !== 'favourites' && this.#writeValue(row, field, value)) changes.set(key, undefined);
      return;
    }
    const fields = field?.list === undefined ? this.#catalogue.fieldsOf(key) : undefined;
    if (fields === undefined) return;
    if (value === undefined && !this.#lists.has(key)) return;
    const change = this.#listOf(key, fields).set(row, value);
    if (change !== undefined) changes.set(key, change);
  }

  #writeValue(row: number, field: FieldDef, raw: Facts[string]): boolean {
    const value = normaliseFact(field.type, Array.isArray(raw) ? firstValue(field, raw) : raw);
    if (value === undefined && !this.#columns.has(field.id)) return false;
    const column = this.#columnOf(field);
    const token = column.token(value);
    if (Object.is(column.tokenAt(row), token)) return false;
    column.put(row, token);
    return true;
  }

  #columnOf(field: FieldDef): Column {
    const known = this.#columns.get(field.id);
    if (known) return known;
    const column = createColumn(field, this.#memory);
    this.#columns.set(field.id, column);
    return column;
  }

  #listOf(name: string, fields: readonly FieldDef[]): ListColumn {
    const known = this.#lists.get(name);
    if (known) return known;
    const list = new ListColumn(fields, this.#memory);
    this.#lists.set(name, list);
    return list;
  }

  #rebuiltColumn(id: string, old: Column): Column {
    const field = this.#catalogue.get(id);
    if (field === undefined) return old;
    const column = createColumn(field, this.#memory);
    this.#alive.forEach((row) => {
      const value = old.value(row);
      if (value !== undefined) column.put(row, column.token(value));
    });
    return column;
  }
}

function firstValue(field: FieldDef, values: readonly unknown[]): unknown {
  return values.find((value) => normaliseFact(field.type, value) !== undefined);
}
