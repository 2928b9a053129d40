import type { FactRecord } from '../facts.js';
import type { FieldDef } from '../field-def.js';
import type { Bitmap } from './bitmap.js';
import type { ColumnValue } from './column.js';
import type { ColumnMemory } from './column-memory.js';
import { PackedLists } from './packed-lists.js';
import { PostingLists } from './posting-lists.js';
import { RecordTable } from './record-table.js';
import type { Scratch } from './scratch.js';

/** Below so many records, adding up the rows of each is as quick as anything. */
const BROAD_FROM = 64;

/** Which records a row lost and gained. */
export interface ListChange {
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/** A list of records a row, as a set: the same record twice counts once. Also serves fields with several values. */
export class ListColumn {
  readonly records: RecordTable;
  readonly #lists = new PackedLists();
  readonly #postings: PostingLists;
  readonly #scratch: Scratch;
  readonly #memory: ColumnMemory;

  constructor(fields: readonly FieldDef[], memory: ColumnMemory) {
    this.#memory = memory;
    this.records = new RecordTable(fields, memory);
    this.#postings = new PostingLists(memory.blocks);
    this.#scratch = memory.scratch;
  }

  get wasteful(): boolean {
    const dead = this.#postings.emptied;
    return dead > 1024 && dead * 2 > this.records.size;
  }

  /** Stores the row's list; `undefined` if it is the same as before. */
  set(row: number, value: unknown): ListChange | undefined {
    return this.#replace(row, this.#intern(value));
  }

  /**
   * Takes over the lists of these rows from another column, but for records that none of them has. Returns the new number
   * of each record by its former one; −1 for those left out.
   */
  adopt(former: ListColumn, rows: Bitmap): Int32Array {
    const numbers = new Int32Array(former.records.size).fill(-1);
    const numberOf = (record: number): number => {
      if (numbers[record] === -1) numbers[record] = this.records.intern(former.records.record(record));
      return numbers[record] as number;
    };
    rows.forEach((row) => {
      this.#replace(row, ascending(former.recordsOf(row).map(numberOf)));
    });
    return numbers;
  }

  #replace(row: number, after: readonly number[]): ListChange | undefined {
    if (this.#memory.loading) {
      this.#lists.set(row, after);
      return undefined;
    }
    const change = compare(this.#lists.get(row), after);
    if (change === undefined) return undefined;
    for (const record of change.removed) this.#postings.delete(record, row);
    for (const record of change.added) this.#postings.add(record, row);
    this.#lists.set(row, after);
    return change;
  }

  /** Stores the row's list by the numbers of its records, ascending. Only while {@link ColumnMemory.loading}. */
  setRecords(row: number, records: readonly number[]): void {
    this.#lists.set(row, records);
  }

  *settle(): Generator<void, void, undefined> {
    yield* this.records.settle();
    this.#lists.trim();
    yield* this.#postings.fill(this.records.size, this.#lists.rows, (from, to, pairs) =>
      this.#lists.read(from, to, pairs),
    );
  }

  #intern(value: unknown): readonly number[] {
    const ids: number[] = [];
    for (const record of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      const id = this.records.intern(record);
      if (id >= 0) ids.push(id);
    }
    return ascending(ids);
  }

  /** The numbers of the row's records, ascending. */
  recordsOf(row: number): readonly number[] {
    return this.#lists.get(row);
  }

  values(row: number): readonly (FactRecord | ColumnValue)[] {
    return this.recordsOf(row).map((record) => this.records.record(record));
  }

  /** The rows that have at least one of these records: a set to read, which may be the column's own; give it back. */
  rowsWith(records: Bitmap): Bitmap {
    if (this.#isBroad(records)) return this.#rowsHolding(records);
    let result: Bitmap | undefined;
    let shared: Bitmap | undefined;
    records.forEach((record) => {
      const own = result === undefined && shared === undefined ? this.#postings.shared(record) : undefined;
      if (own !== undefined) {
        shared = own;
        return;
      }
      result ??= shared === undefined ? this.#scratch.take() : this.#scratch.copy(shared);
      this.#postings.addTo(record, result);
    });
    return result ?? shared ?? this.#scratch.take();
  }

  /** Whether looking at the rows' lists, each up to its first hit, takes fewer looks than all rows of these records. */
  #isBroad(records: Bitmap): boolean {
    const { size } = this.records;
    const count = size < BROAD_FROM ? 0 : records.count();
    if (count * 16 < size) return false;
    let entries = 0;
    records.forEach((record) => {
      entries += this.#postings.count(record);
    });
    const looks = Math.min(this.#postings.entries, (this.#lists.rows * this.#postings.entries) / entries);
    return looks < entries;
  }

  #rowsHolding(records: Bitmap): Bitmap {
    const rows = this.#scratch.take();
    for (let row = 0; row < this.#lists.rows; row++) if (this.#lists.meets(row, records)) rows.add(row);
    return rows;
  }

  forEachRowOf(record: number, visit: (row: number) => void): void {
    this.#postings.forEach(record, visit);
  }
}

/** Each number once. */
function ascending(numbers: number[]): readonly number[] {
  if (numbers.length < 2) return numbers;
  numbers.sort((a, b) => a - b);
  return numbers.filter((number, i) => number !== numbers[i - 1]);
}

/** Walks two ascending lists side by side. */
function compare(before: readonly number[], after: readonly number[]): ListChange | undefined {
  const added: number[] = [];
  const removed: number[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i] ?? Number.POSITIVE_INFINITY;
    const fresh = after[j] ?? Number.POSITIVE_INFINITY;
    if (old <= fresh) i++;
    if (fresh <= old) j++;
    if (old < fresh) removed.push(old);
    else if (fresh < old) added.push(fresh);
  }
  return added.length + removed.length === 0 ? undefined : { added, removed };
}
