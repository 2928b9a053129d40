import { Bitmap } from './bitmap.js';

/**
 * Bitmaps for intermediate results, used again and again: a fresh one for each step of each evaluation would keep the
 * garbage collector busy. Whoever gets a set from an evaluation either gives it back or keeps it; sets that belong to a
 * column pass through unharmed.
 */
export class Scratch {
  readonly #free: Bitmap[] = [];
  readonly #taken = new Set<Bitmap>();

  /** An empty set. */
  take(): Bitmap {
    const bitmap = this.#free.pop() ?? new Bitmap();
    bitmap.clear();
    this.#taken.add(bitmap);
    return bitmap;
  }

  /** A set with the rows of another one, free to change: the other one itself if it was taken here. */
  owned(bitmap: Bitmap): Bitmap {
    return this.#taken.has(bitmap) ? bitmap : this.copy(bitmap);
  }

  copy(bitmap: Bitmap): Bitmap {
    const copy = this.#free.pop() ?? new Bitmap();
    copy.become(bitmap);
    this.#taken.add(copy);
    return copy;
  }

  /** Says that a set is no longer needed. */
  give(bitmap: Bitmap): void {
    if (this.#taken.delete(bitmap)) this.#free.push(bitmap);
  }

  /**
   * The rows of a set for good: nobody else will change or reuse it. A copy, since sets taken here have room for the
   * records of the longest list, of which there may be many more than devices.
   */
  keep(bitmap: Bitmap): Bitmap {
    const kept = bitmap.trimmed();
    this.give(bitmap);
    return kept;
  }
}
