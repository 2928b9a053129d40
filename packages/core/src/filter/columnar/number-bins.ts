import { Bitmap } from './bitmap.js';
import { nextAbove } from './next-above.js';
import type { Scratch } from './scratch.js';

const BINS = 32;
/** So many values are looked at to place the bounds. */
const SAMPLE = 4096;

/**
 * The rows of a number column below each of some bounds, as bitmaps. A search for a range copies the bitmap of the next
 * bound and looks only at the numbers between that bound and the end of the range. The bounds divide the rows evenly;
 * a value that many rows share has bounds on both sides.
 */
export class NumberBins {
  readonly #bounds: readonly number[];
  /** By bound: the rows whose number is smaller. */
  readonly #below: readonly Bitmap[];
  /** The rows that hold a number. */
  readonly #present: Bitmap;
  #changes = 0;
  readonly #changesAllowed: number;

  constructor(values: Float64Array) {
    this.#bounds = boundsOf(values);
    this.#below = this.#bounds.map(() => new Bitmap(values.length));
    this.#present = new Bitmap(values.length);
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (!Number.isNaN(value)) this.#add(row, value);
    }
    this.#changesAllowed = Math.max(1024, values.length);
  }

  /** Whether as many numbers changed as there are: the bounds may no longer divide evenly. */
  get stale(): boolean {
    return this.#changes > this.#changesAllowed;
  }

  /** The rows that hold a number: to read. */
  get present(): Bitmap {
    return this.#present;
  }

  update(row: number, before: number, after: number): void {
    this.#changes++;
    const from = Number.isNaN(before) ? this.#bounds.length : this.#binOf(before);
    const to = Number.isNaN(after) ? this.#bounds.length : this.#binOf(after);
    for (let i = from; i < to; i++) this.#below[i]?.delete(row);
    for (let i = to; i < from; i++) this.#below[i]?.add(row);
    if (Number.isNaN(after)) this.#present.delete(row);
    else if (Number.isNaN(before)) this.#present.add(row);
  }

  /** The rows with `min <= value <= max`, in a set of the scratch. */
  matching(values: Float64Array, min: number, max: number, scratch: Scratch): Bitmap {
    const upTo =
      max === Number.POSITIVE_INFINITY ? scratch.copy(this.#present) : this.#smaller(values, nextAbove(max), scratch);
    if (min === Number.NEGATIVE_INFINITY) return upTo;
    const tooSmall = this.#smaller(values, min, scratch);
    upTo.andNot(tooSmall);
    scratch.give(tooSmall);
    return upTo;
  }

  /** The rows with `value < limit`. */
  #smaller(values: Float64Array, limit: number, scratch: Scratch): Bitmap {
    const bin = this.#binOf(limit);
    const below = this.#below[bin - 1];
    const result = below === undefined ? scratch.take() : scratch.copy(below);
    if (this.#bounds[bin - 1] === limit) return result;
    const between = scratch.copy(this.#below[bin] ?? this.#present).andNot(result);
    between.forEach((row) => {
      if ((values[row] as number) < limit) result.add(row);
    });
    scratch.give(between);
    return result;
  }

  #add(row: number, value: number): void {
    this.#present.add(row);
    for (let i = this.#binOf(value); i < this.#bounds.length; i++) this.#below[i]?.add(row);
  }

  /** How many bounds are not greater than the value. */
  #binOf(value: number): number {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bounds[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function boundsOf(values: Float64Array): readonly number[] {
  const sample = sampleOf(values).sort();
  const bounds = new Set<number>();
  for (let i = 1; i < BINS; i++) {
    const bound = sample[Math.floor((i * sample.length) / BINS)];
    if (bound === undefined) continue;
    if (bounds.has(bound)) bounds.add(nextAbove(bound));
    bounds.add(bound);
  }
  return [...bounds].sort((a, b) => a - b);
}

function sampleOf(values: Float64Array): Float64Array {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = new Float64Array(Math.ceil(values.length / step));
  let size = 0;
  for (let row = 0; row < values.length; row += step) {
    const value = values[row] as number;
    if (!Number.isNaN(value)) sample[size++] = value;
  }
  return sample.subarray(0, size);
}
