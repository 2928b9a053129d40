import { inRanges, type NumberRange } from '../number-ranges.js';
import { ageRange, type Predicate } from '../predicate.js';
import type { Bitmap } from './bitmap.js';
import type { Column, ColumnValue } from './column.js';
import type { ColumnMemory } from './column-memory.js';
import { nextAbove } from './next-above.js';
import { NumberBins } from './number-bins.js';
import type { Scratch } from './scratch.js';

/** Below so many rows, reading all numbers is as quick as anything. */
const BINS_FROM = 4096;

/** Numbers and dates: eight bytes a row, `NaN` where empty; once a large column is searched, binned as well. */
export class NumberColumn implements Column {
  readonly wasteful = false;
  #values = new Float64Array(0);
  #bins: NumberBins | undefined;
  readonly #scratch: Scratch;

  constructor({ scratch }: ColumnMemory) {
    this.#scratch = scratch;
  }

  token(value: ColumnValue | undefined): number {
    if (typeof value !== 'number') return Number.NaN;
    // Zero has one sign only, or a device would change without a change.
    return value === 0 ? 0 : value;
  }

  tokenAt(row: number): number {
    return this.#values[row] ?? Number.NaN;
  }

  put(row: number, token: number): void {
    if (row >= this.#values.length) {
      if (Number.isNaN(token)) return;
      this.#grow(row);
    }
    this.#bins?.update(row, this.#values[row] as number, token);
    if (this.#bins?.stale) this.#bins = undefined;
    this.#values[row] = token;
  }

  value(row: number): number | undefined {
    const value = this.#values[row];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  test(row: number, predicate: Predicate, now: number): boolean {
    const value = this.#values[row];
    if (value === undefined || Number.isNaN(value)) return false;
    return predicate.is === 'present' || inRanges(rangesOf(predicate, now), value);
  }

  matching(predicate: Predicate, now: number): Bitmap {
    if (predicate.is === 'present') return this.#between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    let result: Bitmap | undefined;
    for (const range of rangesOf(predicate, now)) {
      const min = range.minOpen === true ? nextAbove(range.min) : range.min;
      const max = range.maxOpen === true ? -nextAbove(-range.max) : range.max;
      const rows = this.#between(min, max);
      if (result === undefined) {
        result = rows;
      } else {
        result.or(rows);
        this.#scratch.give(rows);
      }
    }
    return result ?? this.#scratch.take();
  }

  cost(predicate: Predicate): { all: number; one: number } {
    const passes = predicate.is === 'number' ? predicate.ranges.length : 1;
    const { length } = this.#values;
    // With bins, built or to be built by the search, the rows between two bounds are looked at.
    return { all: (passes * length) / (length < BINS_FROM ? 1 : 8), one: 30 };
  }

  *settle(): Generator<void, void, undefined> {}

  order(): (row: number) => number {
    const values = this.#values;
    return (row) => values[row] ?? Number.NaN;
  }

  /** The rows with `from < value <= to`, and the smallest value greater than `to` (infinity if there is none). */
  crossing(from: number, to: number): { rows: readonly number[]; next: number } {
    const values = this.#values;
    const rows: number[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (!(value > from)) continue;
      if (value <= to) rows.push(row);
      else if (value < next) next = value;
    }
    return { rows, next };
  }

  #between(min: number, max: number): Bitmap {
    if (this.#values.length < BINS_FROM) return scan(this.#values, min, max, this.#scratch.take());
    this.#bins ??= new NumberBins(this.#values);
    return this.#bins.matching(this.#values, min, max, this.#scratch);
  }

  #grow(row: number): void {
    const grown = new Float64Array(Math.max(row + 1, Math.ceil(this.#values.length * 1.25), 64));
    grown.set(this.#values);
    grown.fill(Number.NaN, this.#values.length);
    this.#values = grown;
  }
}

function rangesOf(predicate: Predicate, now: number): readonly NumberRange[] {
  if (predicate.is === 'number') return predicate.ranges;
  return predicate.is === 'age' ? [ageRange(predicate, now)] : [];
}

/** Adds the rows with `min <= value <= max`. */
function scan(values: Float64Array, min: number, max: number, rows: Bitmap): Bitmap {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value >= min && value <= max) rows.add(row);
  }
  return rows;
}
