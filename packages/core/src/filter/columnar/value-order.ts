/** The order of a column's distinct values: sorted once, then new values are merged in when the order is next asked for. */
export class ValueOrder {
  #sorted: Uint32Array = new Uint32Array(0);
  #ranks: Uint32Array | undefined;
  /** Values that stand for something else than when they were sorted. */
  readonly #changed = new Set<number>();
  readonly #size: () => number;
  readonly #compare: (a: number, b: number) => number;

  /** @param compare order of two values by their numbers; never 0 for different ones */
  constructor(size: () => number, compare: (a: number, b: number) => number) {
    this.#size = size;
    this.#compare = compare;
  }

  /** Says that a value's number now stands for something else. */
  changed(value: number): void {
    if (value < this.#sorted.length) this.#changed.add(value);
  }

  /** The values placed so far, in order: to read. Those that {@link changed} have their former places. */
  get placed(): Uint32Array {
    return this.#sorted;
  }

  /** Places so many more values. */
  placeMore(count: number): void {
    this.#place(Math.min(this.#sorted.length + count, this.#size()));
  }

  /** For each value its place in the order, up to date. */
  ranks(): Uint32Array {
    this.#place(this.#size());
    if (this.#ranks !== undefined) return this.#ranks;
    const sorted = this.#sorted;
    const ranks = new Uint32Array(sorted.length);
    for (let rank = 0; rank < sorted.length; rank++) ranks[sorted[rank] as number] = rank;
    this.#ranks = ranks;
    return ranks;
  }

  /** Takes in the values below `size` that are not placed yet, and those that changed. */
  #place(size: number): void {
    const known = this.#sorted.length;
    if (size === known && this.#changed.size === 0) return;
    const kept = this.#changed.size === 0 ? this.#sorted : this.#sorted.filter((value) => !this.#changed.has(value));
    const fresh = Uint32Array.from([...this.#changed, ...range(known, size)]).sort(this.#compare);
    this.#changed.clear();
    this.#sorted = this.#merge(kept, fresh);
    this.#ranks = undefined;
  }

  /** Few new values are placed by bisection, so that a merge compares little. */
  #merge(old: Uint32Array, fresh: Uint32Array): Uint32Array {
    const merged = new Uint32Array(old.length + fresh.length);
    let from = 0;
    let to = 0;
    for (const value of fresh) {
      const place = this.#placeOf(value, old, from);
      merged.set(old.subarray(from, place), to);
      to += place - from;
      merged[to++] = value;
      from = place;
    }
    merged.set(old.subarray(from), to);
    return merged;
  }

  #placeOf(value: number, sorted: Uint32Array, from: number): number {
    let low = from;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(sorted[middle] as number, value) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
