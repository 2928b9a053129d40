import { inRanges, type NumberRange } from '../number-ranges.js';
import { ageRange, type Predicate } from '../predicate.js';
import { Bitmap } from './bitmap.js';
import type { Column, ColumnValue } from './column.js';

/** Numbers and dates: eight bytes a row, `NaN` where empty. A search reads them all, about a nanosecond each. */
export class NumberColumn implements Column {
  readonly wasteful = false;
  #values = new Float64Array(0);

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
    if (predicate.is === 'present') {
      return scan(this.#values, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    }
    let result: Bitmap | undefined;
    for (const range of rangesOf(predicate, now)) {
      const min = range.minOpen === true ? nextAbove(range.min) : range.min;
      const max = range.maxOpen === true ? -nextAbove(-range.max) : range.max;
      const rows = scan(this.#values, min, max);
      result = result === undefined ? rows : result.or(rows);
    }
    return result ?? new Bitmap();
  }

  cost(predicate: Predicate): { all: number; one: number } {
    const passes = predicate.is === 'number' ? predicate.ranges.length : 1;
    return { all: this.#values.length * passes * 1.2, one: 10 };
  }

  order(): (row: number) => number {
    return (row) => this.#values[row] ?? Number.NaN;
  }

  /** The smallest value greater than `bound`; infinity if there is none. */
  smallestAbove(bound: number): number {
    let smallest = Number.POSITIVE_INFINITY;
    for (const value of this.#values) if (value > bound && value < smallest) smallest = value;
    return smallest;
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

/** The rows with `min <= value <= max`, 32 at a time. */
function scan(values: Float64Array, min: number, max: number): Bitmap {
  const words = new Uint32Array((values.length + 31) >>> 5);
  const whole = values.length >>> 5;
  for (let word = 0; word < whole; word++) {
    const base = word << 5;
    let bits = 0;
    for (let i = 0; i < 32; i++) {
      const value = values[base + i] as number;
      bits |= (value >= min && value <= max ? 1 : 0) << i;
    }
    words[word] = bits;
  }
  for (let row = whole << 5; row < values.length; row++) {
    const value = values[row] as number;
    if (value >= min && value <= max) words[whole] = (words[whole] as number) | (1 << (row & 31));
  }
  return Bitmap.ofWords(words);
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The next greater double of a finite number. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  double[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return double[0];
}
