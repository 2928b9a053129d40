import { type Facts, normaliseFact } from '../facts.js';
import type { FieldCatalogue } from '../field-catalogue.js';
import type { FieldDef } from '../field-def.js';
import type { Bitmap } from './bitmap.js';
import type { Column } from './column.js';
import { ColumnMemory } from './column-memory.js';
import { createColumn } from './create-column.js';
import { type ListChange, ListColumn } from './list-column.js';
import type { RowSource } from './row-source.js';
import type { Scratch } from './scratch.js';

/** What changed on a device, by field id or list name; for lists, which records. */
export type RowChanges = ReadonlyMap<string, ListChange | undefined>;

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

  /** Rebuilds the columns that hold more dead values than live ones; returns the lists whose records got new numbers. */
  tidy(): readonly string[] {
    for (const [id, column] of this.#columns) {
      if (column.wasteful) this.#columns.set(id, this.#rebuiltColumn(id, column));
    }
    const renumbered: string[] = [];
    for (const [name, list] of this.#lists) {
      if (!list.wasteful) continue;
      this.#lists.set(name, this.#rebuiltList(name, list));
      renumbered.push(name);
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
    let list = this.#lists.get(key);
    if (list === undefined) {
      if (value === undefined) return;
      list = new ListColumn(fields, this.#memory);
      this.#lists.set(key, list);
    }
    const change = list.set(row, value);
    if (change !== undefined) changes.set(key, change);
  }

  #writeValue(row: number, field: FieldDef, raw: Facts[string]): boolean {
    const value = normaliseFact(field.type, Array.isArray(raw) ? firstValue(field, raw) : raw);
    let column = this.#columns.get(field.id);
    if (column === undefined) {
      if (value === undefined) return false;
      column = createColumn(field, this.#memory);
      this.#columns.set(field.id, column);
    }
    const token = column.token(value);
    if (Object.is(column.tokenAt(row), token)) return false;
    column.put(row, token);
    return true;
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

  #rebuiltList(name: string, old: ListColumn): ListColumn {
    const list = new ListColumn(this.#catalogue.fieldsOf(name) ?? [], this.#memory);
    this.#alive.forEach((row) => {
      list.set(row, old.values(row));
    });
    return list;
  }
}

function firstValue(field: FieldDef, values: readonly unknown[]): unknown {
  return values.find((value) => normaliseFact(field.type, value) !== undefined);
}
