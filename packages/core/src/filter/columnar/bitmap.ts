/** A set of row numbers as a row of bits. Grows on demand; rows beyond its end are absent. */
export class Bitmap {
  #words: Uint32Array;

  constructor(rows = 0) {
    this.#words = new Uint32Array((rows + 31) >>> 5);
  }

  /** The rows 0 to `rows` − 1. */
  static full(rows: number): Bitmap {
    const bitmap = new Bitmap(rows);
    bitmap.#words.fill(0xffffffff);
    if (rows % 32 !== 0) bitmap.#words[rows >>> 5] = 2 ** (rows % 32) - 1;
    return bitmap;
  }

  /** Takes ownership of 32 rows a word, lowest bit first. */
  static ofWords(words: Uint32Array): Bitmap {
    const bitmap = new Bitmap();
    bitmap.#words = words;
    return bitmap;
  }

  get byteLength(): number {
    return this.#words.byteLength;
  }

  has(row: number): boolean {
    return (((this.#words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  add(row: number): void {
    const word = row >>> 5;
    if (word >= this.#words.length) this.#grow(word + 1);
    this.#words[word] = (this.#words[word] as number) | (1 << (row & 31));
  }

  /** Adds the rows `base + lows[i]` for a part of an array whose numbers ascend. */
  addAscending(lows: Uint16Array, from: number, to: number, base: number): void {
    if (to <= from) return;
    const last = (base + (lows[to - 1] as number)) >>> 5;
    if (last >= this.#words.length) this.#grow(last + 1);
    const words = this.#words;
    for (let i = from; i < to; i++) {
      const row = base + (lows[i] as number);
      const word = row >>> 5;
      words[word] = (words[word] as number) | (1 << (row & 31));
    }
  }

  delete(row: number): void {
    const word = row >>> 5;
    if (word < this.#words.length) this.#words[word] = (this.#words[word] as number) & ~(1 << (row & 31));
  }

  count(): number {
    const words = this.#words;
    let count = 0;
    for (let i = 0; i < words.length; i++) count += popcount(words[i] as number);
    return count;
  }

  isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  clear(): void {
    this.#words.fill(0);
  }

  /** Takes over the rows of another one. */
  become(other: Bitmap): void {
    if (this.#words.length < other.#words.length) {
      this.#words = other.#words.slice();
    } else {
      this.#words.set(other.#words);
      this.#words.fill(0, other.#words.length);
    }
  }

  clone(): Bitmap {
    return Bitmap.ofWords(this.#words.slice());
  }

  /** A copy without room beyond its last row. */
  trimmed(): Bitmap {
    let words = this.#words.length;
    while (words > 0 && this.#words[words - 1] === 0) words--;
    return Bitmap.ofWords(this.#words.slice(0, words));
  }

  /** Keeps the rows that `other` has too. */
  and(other: Bitmap): this {
    const a = this.#words;
    const b = other.#words;
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) a[i] = (a[i] as number) & (b[i] as number);
    a.fill(0, shared);
    return this;
  }

  /** Adds the rows of `other`. */
  or(other: Bitmap): this {
    // Exactly, or sets that are joined in turn would each grow beyond the other without end.
    if (other.#words.length > this.#words.length) this.#resize(other.#words.length);
    const a = this.#words;
    const b = other.#words;
    for (let i = 0; i < b.length; i++) a[i] = (a[i] as number) | (b[i] as number);
    return this;
  }

  /** Drops the rows of `other`. */
  andNot(other: Bitmap): this {
    const a = this.#words;
    const b = other.#words;
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) a[i] = (a[i] as number) & ~(b[i] as number);
    return this;
  }

  /** The rows that exactly one of both has. */
  difference(other: Bitmap): Bitmap {
    const result = this.#words.length < other.#words.length ? other.clone() : this.clone();
    const shorter = this.#words.length < other.#words.length ? this.#words : other.#words;
    const words = result.#words;
    for (let i = 0; i < shorter.length; i++) words[i] = (words[i] as number) ^ (shorter[i] as number);
    return result;
  }

  /** Calls back for each row, ascending. The callback may delete the row that it is called for. */
  forEach(visit: (row: number) => void): void {
    const words = this.#words;
    for (let i = 0; i < words.length; i++) {
      let word = words[i] as number;
      while (word !== 0) {
        const lowest = word & -word;
        visit((i << 5) + 31 - Math.clz32(lowest));
        word ^= lowest;
      }
    }
  }

  /** The rows, ascending. The set must not change meanwhile. */
  *rows(): Generator<number, void, undefined> {
    const words = this.#words;
    for (let i = 0; i < words.length; i++) {
      let word = words[i] as number;
      while (word !== 0) {
        const lowest = word & -word;
        yield (i << 5) + 31 - Math.clz32(lowest);
        word ^= lowest;
      }
    }
  }

  /** Spares growing step by step. */
  reserve(rows: number): void {
    const words = (rows + 31) >>> 5;
    if (words > this.#words.length) this.#resize(words);
  }

  #grow(words: number): void {
    this.#resize(Math.max(words, Math.ceil(this.#words.length * 1.25)));
  }

  #resize(words: number): void {
    const grown = new Uint32Array(words);
    grown.set(this.#words);
    this.#words = grown;
  }
}

function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
