import type { Bitmap } from './bitmap.js';

/** A small set of at least two row numbers, kept in ascending order. */
export class RowList {
  #rows: Uint32Array;
  #size = 2;

  constructor(a: number, b: number) {
    this.#rows = Uint32Array.of(Math.min(a, b), Math.max(a, b));
  }

  get size(): number {
    return this.#size;
  }

  get first(): number {
    return this.#rows[0] as number;
  }

  /** Whether the row is new. */
  add(row: number): boolean {
    const at = this.#find(row);
    if (at < this.#size && this.#rows[at] === row) return false;
    if (this.#size === this.#rows.length) {
      const grown = new Uint32Array(this.#size + Math.max(2, this.#size >>> 2));
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows.copyWithin(at + 1, at, this.#size);
    this.#rows[at] = row;
    this.#size++;
    return true;
  }

  /** Whether the row was there. */
  delete(row: number): boolean {
    const at = this.#find(row);
    if (at >= this.#size || this.#rows[at] !== row) return false;
    this.#rows.copyWithin(at, at + 1, this.#size);
    this.#size--;
    return true;
  }

  addTo(rows: Bitmap): void {
    for (let i = 0; i < this.#size; i++) rows.add(this.#rows[i] as number);
  }

  forEach(visit: (row: number) => void): void {
    for (let i = 0; i < this.#size; i++) visit(this.#rows[i] as number);
  }

  /** The first place whose row is not smaller. Bulk loads append, hence the look at the end first. */
  #find(row: number): number {
    const rows = this.#rows;
    if ((rows[this.#size - 1] as number) < row) return this.#size;
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle] as number) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
