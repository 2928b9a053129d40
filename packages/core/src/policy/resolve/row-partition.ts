import { Bitmap } from '../../filter/columnar/bitmap.js';
import type { RowSet } from './row-set.js';

const OUTSIDE = -1;

/**
 * Rows in classes. At first all are in one; each set splits the classes that lie partly inside it, so that in the end
 * two rows are in one class exactly if every set holds both or neither (partition refinement, Paige and Tarjan 1987).
 */
export class RowPartition {
  /** By row: its class, from 0; −1 for rows that are not divided. */
  readonly classOf: Int32Array;
  readonly #rows: RowSet;
  readonly #buffer: Uint32Array;
  readonly #sizes: Int32Array;
  /** By class: how many of its rows are in the set at hand, and the class to which they go. */
  readonly #hits: Int32Array;
  readonly #target: Int32Array;
  #classes: number;

  constructor(rows: RowSet) {
    const buffer = new Uint32Array(rows.end);
    const count = rows.copyTo(buffer);
    this.#rows = rows;
    this.#buffer = buffer;
    this.classOf = new Int32Array(rows.end).fill(OUTSIDE);
    for (let i = 0; i < count; i++) this.classOf[buffer[i] as number] = 0;
    this.#sizes = new Int32Array(count);
    this.#hits = new Int32Array(count);
    this.#target = new Int32Array(count);
    this.#classes = Math.min(count, 1);
    if (count > 0) this.#sizes[0] = count;
  }

  /** How many classes. */
  get size(): number {
    return this.#classes;
  }

  /** @param set only rows that are divided */
  split(set: RowSet): void {
    const { classOf } = this;
    const [rows, hits, target] = [this.#buffer, this.#hits, this.#target];
    const count = set.copyTo(rows);
    const touched: number[] = [];
    for (let i = 0; i < count; i++) {
      const at = classOf[rows[i] as number] as number;
      if (hits[at] === 0) touched.push(at);
      hits[at] = (hits[at] as number) + 1;
    }
    let splits = false;
    for (const at of touched) {
      const whole = hits[at] === this.#sizes[at];
      target[at] = whole ? at : this.#divide(at, hits[at] as number);
      hits[at] = 0;
      splits ||= !whole;
    }
    if (!splits) return;
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number;
      classOf[row] = target[classOf[row] as number] as number;
    }
  }

  /** One row of each class. */
  representatives(): Bitmap {
    const found = new Bitmap(this.classOf.length);
    const met = this.#hits;
    const count = this.#rows.copyTo(this.#buffer);
    for (let i = 0; i < count; i++) {
      const row = this.#buffer[i] as number;
      const at = this.classOf[row] as number;
      if (met[at] === 0) found.add(row);
      met[at] = 1;
    }
    met.fill(0);
    return found;
  }

  #divide(at: number, leaving: number): number {
    const created = this.#classes++;
    this.#sizes[created] = leaving;
    this.#sizes[at] = (this.#sizes[at] as number) - leaving;
    return created;
  }
}
