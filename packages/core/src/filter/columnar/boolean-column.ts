import type { Predicate } from '../predicate.js';
import { Bitmap } from './bitmap.js';
import type { Column, ColumnValue } from './column.js';
import type { ColumnMemory } from './column-memory.js';
import type { Scratch } from './scratch.js';

const EMPTY = 0;
const FALSE = 1;
const TRUE = 2;

/** Two bitmaps: the rows that are true and those known to be false. */
export class BooleanColumn implements Column {
  readonly wasteful = false;
  readonly #trues = new Bitmap();
  readonly #falses = new Bitmap();
  readonly #scratch: Scratch;

  constructor({ scratch }: ColumnMemory) {
    this.#scratch = scratch;
  }

  token(value: ColumnValue | undefined): number {
    return value === undefined ? EMPTY : value === true ? TRUE : FALSE;
  }

  tokenAt(row: number): number {
    return this.#trues.has(row) ? TRUE : this.#falses.has(row) ? FALSE : EMPTY;
  }

  put(row: number, token: number): void {
    this.#trues.delete(row);
    this.#falses.delete(row);
    if (token === TRUE) this.#trues.add(row);
    else if (token === FALSE) this.#falses.add(row);
  }

  value(row: number): boolean | undefined {
    const token = this.tokenAt(row);
    return token === EMPTY ? undefined : token === TRUE;
  }

  test(row: number, predicate: Predicate): boolean {
    const token = this.tokenAt(row);
    if (predicate.is === 'present') return token !== EMPTY;
    return predicate.is === 'boolean' && token === (predicate.value ? TRUE : FALSE);
  }

  matching(predicate: Predicate): Bitmap {
    if (predicate.is === 'present') return this.#scratch.copy(this.#trues).or(this.#falses);
    if (predicate.is !== 'boolean') return this.#scratch.take();
    return predicate.value ? this.#trues : this.#falses;
  }

  cost(predicate: Predicate): { all: number; one: number } {
    return { all: predicate.is === 'present' ? this.#trues.byteLength / 4 : 0, one: 5 };
  }

  *settle(): Generator<void, void, undefined> {}

  order(): (row: number) => number {
    return (row) => {
      const token = this.tokenAt(row);
      return token === EMPTY ? Number.NaN : token;
    };
  }
}
