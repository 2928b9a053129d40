import { Bitmap } from '../../filter/columnar/bitmap.js';

const NO_ROWS = new Uint32Array(0);

/** Rows of an index, to read: a list where they are few, since most policies hold on few devices, else a bitmap. */
export class RowSet {
  static readonly EMPTY = new RowSet(NO_ROWS, 0);
  /** How many rows. */
  readonly count: number;
  /** Lists ascend. */
  readonly #content: Uint32Array | Bitmap;

  private constructor(content: Uint32Array | Bitmap, count: number) {
    this.#content = content;
    this.count = count;
  }

  /** @param bitmap not changed from now on */
  static of(bitmap: Bitmap): RowSet {
    const count = bitmap.count();
    if (count === 0) return RowSet.EMPTY;
    if (count * Uint32Array.BYTES_PER_ELEMENT >= bitmap.byteLength) return new RowSet(bitmap, count);
    const rows = new Uint32Array(count);
    let filled = 0;
    bitmap.forEach((row) => {
      rows[filled++] = row;
    });
    return new RowSet(rows, count);
  }

  static single(row: number): RowSet {
    return new RowSet(Uint32Array.of(row), 1);
  }

  static union(sets: readonly RowSet[]): RowSet {
    const [first = RowSet.EMPTY, ...others] = sets.filter((set) => !set.isEmpty);
    if (others.length === 0) return first;
    const bitmap = first.toBitmap();
    for (const other of others) other.addTo(bitmap);
    return RowSet.of(bitmap);
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** No row is at or beyond it. */
  get end(): number {
    return this.#content instanceof Bitmap ? this.#content.byteLength * 8 : (this.#content.at(-1) ?? -1) + 1;
  }

  has(row: number): boolean {
    const content = this.#content;
    if (content instanceof Bitmap) return content.has(row);
    let low = 0;
    let high = content.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((content[middle] as number) < row) low = middle + 1;
      else high = middle;
    }
    return content[low] === row;
  }

  /** Ascending. */
  forEach(visit: (row: number) => void): void {
    if (this.#content instanceof Bitmap) this.#content.forEach(visit);
    else for (const row of this.#content) visit(row);
  }

  /** Writes the rows, ascending, to the start of `buffer`; returns how many they are. */
  copyTo(buffer: Uint32Array): number {
    if (!(this.#content instanceof Bitmap)) {
      buffer.set(this.#content);
      return this.#content.length;
    }
    let filled = 0;
    this.#content.forEach((row) => {
      buffer[filled++] = row;
    });
    return filled;
  }

  /** Takes the rows out of a bitmap. */
  dropFrom(bitmap: Bitmap): void {
    if (this.#content instanceof Bitmap) bitmap.andNot(this.#content);
    else for (const row of this.#content) bitmap.delete(row);
  }

  /** Adds the rows to a bitmap. */
  addTo(bitmap: Bitmap): void {
    if (this.#content instanceof Bitmap) bitmap.or(this.#content);
    else for (const row of this.#content) bitmap.add(row);
  }

  /** A copy to change. */
  toBitmap(): Bitmap {
    if (this.#content instanceof Bitmap) return this.#content.clone();
    const bitmap = new Bitmap(this.end);
    this.addTo(bitmap);
    return bitmap;
  }

  /** The rows that both have. */
  and(other: RowSet): RowSet {
    if (other.#content instanceof Bitmap) return this.within(other.#content);
    return this.#content instanceof Bitmap
      ? other.within(this.#content)
      : listed(this.#content.filter((row) => other.has(row)));
  }

  /** The rows that a bitmap has too. */
  within(bitmap: Bitmap): RowSet {
    if (this.isEmpty) return this;
    if (this.#content instanceof Bitmap) return RowSet.of(this.#content.clone().and(bitmap));
    return listed(this.#content.filter((row) => bitmap.has(row)));
  }

  andNot(other: RowSet): RowSet {
    if (other.isEmpty) return this;
    if (!(this.#content instanceof Bitmap)) return listed(this.#content.filter((row) => !other.has(row)));
    const bitmap = this.#content.clone();
    other.dropFrom(bitmap);
    return RowSet.of(bitmap);
  }

  /** The rows that exactly one of both has. */
  difference(other: RowSet): RowSet {
    return this === other ? RowSet.EMPTY : RowSet.union([this.andNot(other), other.andNot(this)]);
  }

  static listed(rows: Uint32Array): RowSet {
    return rows.length === 0 ? RowSet.EMPTY : new RowSet(rows, rows.length);
  }
}

const listed = RowSet.listed;
