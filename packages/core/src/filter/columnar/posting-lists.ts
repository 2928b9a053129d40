import { Bitmap } from './bitmap.js';
import { RowList } from './row-list.js';

/** From so many rows on, a bitmap is considered. */
const DENSE_FROM = 64;

/** A value's rows: none, one, few or many. */
type Posting = undefined | number | RowList | Bitmap;

/** For each value (by its number) the set of rows that hold it, each in the smallest form that fits its size. */
export class PostingLists {
  readonly #postings: Posting[] = [];
  /** How many rows each dense posting holds; bitmaps do not count themselves. */
  readonly #dense = new Map<number, number>();
  #rows = 0;
  #empty = 0;

  /** How many values once had rows and have none now. */
  get emptied(): number {
    return this.#empty;
  }

  add(value: number, row: number): void {
    this.#rows = Math.max(this.#rows, row + 1);
    while (this.#postings.length <= value) {
      this.#postings.push(undefined);
      this.#empty++;
    }
    const posting = this.#postings[value];
    if (posting === undefined) {
      this.#postings[value] = row;
      this.#empty--;
    } else if (typeof posting === 'number') {
      if (posting !== row) this.#postings[value] = new RowList(posting, row);
    } else if (posting instanceof RowList) {
      if (posting.add(row) && this.#outgrows(posting.size)) this.#makeDense(value, posting);
    } else if (!posting.has(row)) {
      posting.add(row);
      this.#dense.set(value, this.count(value) + 1);
    }
  }

  delete(value: number, row: number): void {
    const posting = this.#postings[value];
    if (posting === row) {
      this.#postings[value] = undefined;
      this.#empty++;
    } else if (posting instanceof RowList) {
      if (posting.delete(row) && posting.size === 1) this.#postings[value] = posting.first;
    } else if (posting instanceof Bitmap && posting.has(row)) {
      posting.delete(row);
      const left = this.count(value) - 1;
      this.#dense.set(value, left);
      // Half of the size at which a list becomes dense, so that a value at the border does not flicker.
      if (!this.#outgrows(left * 2)) this.#makeSparse(value, posting);
    }
  }

  /** How many rows hold the value. */
  count(value: number): number {
    const posting = this.#postings[value];
    if (posting === undefined) return 0;
    if (typeof posting === 'number') return 1;
    return posting instanceof RowList ? posting.size : (this.#dense.get(value) ?? 0);
  }

  /** Adds the value's rows to a set. */
  addTo(value: number, rows: Bitmap): void {
    const posting = this.#postings[value];
    if (posting === undefined) return;
    if (typeof posting === 'number') rows.add(posting);
    else if (posting instanceof RowList) posting.addTo(rows);
    else rows.or(posting);
  }

  /** Calls back for each row of the value. */
  forEach(value: number, visit: (row: number) => void): void {
    const posting = this.#postings[value];
    if (typeof posting === 'number') visit(posting);
    else posting?.forEach(visit);
  }

  /** The value's own bitmap where it has one: to read, not to change. */
  shared(value: number): Bitmap | undefined {
    const posting = this.#postings[value];
    return posting instanceof Bitmap ? posting : undefined;
  }

  #outgrows(size: number): boolean {
    return size > DENSE_FROM && size * 32 > this.#rows;
  }

  #makeDense(value: number, list: RowList): void {
    const bitmap = new Bitmap(this.#rows);
    list.addTo(bitmap);
    this.#postings[value] = bitmap;
    this.#dense.set(value, list.size);
  }

  #makeSparse(value: number, bitmap: Bitmap): void {
    const rows = [...bitmap.rows()];
    const list = new RowList(rows[0] as number, rows[1] as number);
    for (const row of rows.slice(2)) list.add(row);
    this.#postings[value] = list;
    this.#dense.delete(value);
  }
}
