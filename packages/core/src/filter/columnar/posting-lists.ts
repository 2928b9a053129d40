import { Bitmap } from './bitmap.js';
import { BlockPool } from './block-pool.js';
import { grown } from './grown.js';

/** From so many rows on, a bitmap is considered. */
const DENSE_FROM = 64;

/**
 * For each value (by its number) the set of rows that hold it, in the smallest form that fits its size: a single row
 * inline, few rows as an ascending block of a common pool, many as a bitmap.
 */
export class PostingLists {
  /** By value: how many rows. */
  #sizes = new Uint32Array(0);
  /** By value: the row itself where it is the only one, else the start of the block. */
  #starts = new Uint32Array(0);
  readonly #pool = new BlockPool();
  readonly #dense = new Map<number, Bitmap>();
  #rows = 0;
  #values = 0;
  #live = 0;

  /** How many values once had rows and have none now. */
  get emptied(): number {
    return this.#values - this.#live;
  }

  add(value: number, row: number): void {
    if (row >= this.#rows) this.#rows = row + 1;
    if (value >= this.#values) this.#reserve(value);
    const size = this.#sizes[value] as number;
    const dense = size > DENSE_FROM ? this.#dense.get(value) : undefined;
    if (size === 0) {
      this.#starts[value] = row;
      this.#live++;
    } else if (dense !== undefined) {
      if (dense.has(row)) return;
      dense.add(row);
    } else if (size === 1) {
      if (this.#starts[value] === row) return;
      this.#makeBlock(value, row);
    } else if (!this.#insert(value, size, row)) {
      return;
    }
    this.#sizes[value] = size + 1;
    if (dense === undefined && this.#outgrows(size + 1)) this.#makeDense(value);
  }

  delete(value: number, row: number): void {
    const size = this.#sizes[value] ?? 0;
    if (size === 0) return;
    const dense = this.#dense.get(value);
    if (dense !== undefined) {
      if (!dense.has(row)) return;
      dense.delete(row);
    } else if (size === 1) {
      if (this.#starts[value] !== row) return;
      this.#live--;
    } else if (!this.#remove(value, size, row)) {
      return;
    }
    this.#sizes[value] = size - 1;
    // Half of the size at which a block becomes a bitmap, so that a value at the border does not flicker.
    if (dense !== undefined && !this.#outgrows((size - 1) * 2)) this.#makeSparse(value, dense);
  }

  /** How many rows hold the value. */
  count(value: number): number {
    return this.#sizes[value] ?? 0;
  }

  /** Adds the value's rows to a set. */
  addTo(value: number, rows: Bitmap): void {
    const size = this.#sizes[value] ?? 0;
    if (size === 0) return;
    const start = this.#starts[value] as number;
    const dense = size > 1 ? this.#dense.get(value) : undefined;
    if (dense !== undefined) rows.or(dense);
    else if (size === 1) rows.add(start);
    else rows.addAscending(this.#pool.numbers, start, start + size);
  }

  /** Calls back for each row of the value, ascending. */
  forEach(value: number, visit: (row: number) => void): void {
    const size = this.#sizes[value] ?? 0;
    const start = this.#starts[value] ?? 0;
    const dense = this.#dense.get(value);
    if (dense !== undefined) dense.forEach(visit);
    else if (size === 1) visit(start);
    else for (let i = 0; i < size; i++) visit(this.#pool.numbers[start + i] as number);
  }

  /** The value's own bitmap where it has one: to read, not to change. */
  shared(value: number): Bitmap | undefined {
    return this.#dense.get(value);
  }

  #outgrows(size: number): boolean {
    return size > DENSE_FROM && size * 32 > this.#rows;
  }

  #makeBlock(value: number, row: number): void {
    const other = this.#starts[value] as number;
    const start = this.#pool.take(2);
    this.#pool.numbers[start] = Math.min(row, other);
    this.#pool.numbers[start + 1] = Math.max(row, other);
    this.#starts[value] = start;
  }

  /** Whether the row is new. */
  #insert(value: number, size: number, row: number): boolean {
    const at = this.#find(value, size, row);
    let start = this.#starts[value] as number;
    if (at < size && this.#pool.numbers[start + at] === row) return false;
    if (size === this.#pool.capacity(size)) {
      const moved = this.#pool.take(size + 1);
      this.#pool.numbers.copyWithin(moved, start, start + size);
      this.#pool.give(start, size);
      this.#starts[value] = moved;
      start = moved;
    }
    const { numbers } = this.#pool;
    for (let i = start + size; i > start + at; i--) numbers[i] = numbers[i - 1] as number;
    numbers[start + at] = row;
    return true;
  }

  /** Whether the row was there. A block of one becomes inline, one that fits a smaller block moves there. */
  #remove(value: number, size: number, row: number): boolean {
    const at = this.#find(value, size, row);
    const start = this.#starts[value] as number;
    const { numbers } = this.#pool;
    if (at >= size || numbers[start + at] !== row) return false;
    numbers.copyWithin(start + at, start + at + 1, start + size);
    const left = size - 1;
    if (left === 1) {
      this.#starts[value] = numbers[start] as number;
      this.#pool.give(start, size);
    } else if (this.#pool.capacity(left) !== this.#pool.capacity(size)) {
      const moved = this.#pool.take(left);
      this.#pool.numbers.copyWithin(moved, start, start + left);
      this.#pool.give(start, size);
      this.#starts[value] = moved;
    }
    return true;
  }

  /** The first place in the value's block whose row is not smaller. Bulk loads append, hence the look at the end first. */
  #find(value: number, size: number, row: number): number {
    const { numbers } = this.#pool;
    const start = this.#starts[value] as number;
    if ((numbers[start + size - 1] as number) < row) return size;
    let low = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[start + middle] as number) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeDense(value: number): void {
    const bitmap = new Bitmap(this.#rows);
    this.addTo(value, bitmap);
    this.#pool.give(this.#starts[value] as number, this.#sizes[value] as number);
    this.#dense.set(value, bitmap);
  }

  #makeSparse(value: number, bitmap: Bitmap): void {
    const size = this.#sizes[value] as number;
    const start = this.#pool.take(size);
    let at = start;
    bitmap.forEach((row) => {
      this.#pool.numbers[at++] = row;
    });
    this.#starts[value] = start;
    this.#dense.delete(value);
  }

  #reserve(value: number): void {
    this.#sizes = grown(this.#sizes, value + 1);
    this.#starts = grown(this.#starts, value + 1);
    this.#values = value + 1;
  }
}
