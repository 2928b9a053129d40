import type { Predicate } from '../predicate.js';
import type { Bitmap } from './bitmap.js';

export type ColumnValue = string | number | boolean;

/**
 * One field's values by row. A *token* stands for a value inside its column: two rows hold the same value exactly if
 * their tokens are the same (`Object.is`).
 */
export interface Column {
  /** The token of a value, `undefined` being the empty one. Values new to the column are taken in. */
  token(value: ColumnValue | undefined): number;
  tokenAt(row: number): number;
  /** Stores a value by its token. */
  put(row: number, token: number): void;
  value(row: number): ColumnValue | undefined;

  /** Whether the row's value fulfils a predicate. */
  test(row: number, predicate: Predicate, now: number): boolean;
  /** All rows whose value does: a set to read, which may be the column's own; give it back to the {@link Scratch}. */
  matching(predicate: Predicate, now: number): Bitmap;
  /** Does in steps of some milliseconds what would make {@link matching} slow the first time. */
  prepare?(predicate: Predicate): Generator<void, void, undefined>;
  /** Rough nanoseconds of {@link matching}, and of {@link test} for one row. */
  cost(predicate: Predicate): { readonly all: number; readonly one: number };

  /** A function that gives a row's place in the order of the column's values, `NaN` where it is empty. */
  order(): (row: number) => number;
  /** Makes up for what was left out while {@link ColumnMemory.loading}, in steps of some milliseconds. */
  settle(): Generator<void, void, undefined>;
  /** Gives up what made searches quick that nobody made since this was last called. */
  tidy?(): void;
  /** Whether so much of the column is dead that rebuilding it pays. */
  readonly wasteful: boolean;
}
