import type { Bitmap } from './bitmap.js';
import type { BlockPool } from './block-pool.js';

/** So many rows share their upper bits: a shard. */
const SHARD_BITS = 16;
const LOW = 0xffff;

/** At most so many rows are in a block, so that a shard's count fits 16 bits. */
export const MAX_BLOCK_ROWS = 0x8000;

export const shardOf = (row: number): number => row >>> SHARD_BITS;
/** How many shards so many rows need. */
export const shardsOf = (rows: number): number => Math.max(1, (rows + LOW) >>> SHARD_BITS);

/**
 * Ascending rows in two bytes each: blocks of the number of shards, how many rows each shard holds, and the lower 16 bits
 * of the rows. A block is named by its start, which may change with every change of its content.
 */
export class RowBlocks {
  readonly #pool: BlockPool;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  create(rows: Iterable<number>): number {
    let start = this.#pool.take(1);
    this.#pool.numbers[start] = 0;
    let size = 0;
    for (const row of rows) start = this.insert(start, size++, row);
    return start;
  }

  /** Makes room for blocks of so many numbers; each is {@link lengthFor} its rows. */
  makeRoom(numbers: number): void {
    this.#pool.reserve(numbers);
  }

  lengthFor(size: number, shards: number): number {
    return this.#pool.capacity(1 + shards + size);
  }

  /**
   * A block for the rows of as many shards, to be filled with {@link place}.
   * @param counts from `from` on how many rows each shard has; replaced by the place of the shard's first row
   */
  reserve(counts: Uint32Array, from: number, most: number): number {
    let shards = most;
    while (shards > 0 && counts[from + shards - 1] === 0) shards--;
    let size = 0;
    for (let shard = 0; shard < shards; shard++) size += counts[from + shard] as number;
    const start = this.#pool.take(1 + shards + size);
    const { numbers } = this.#pool;
    numbers[start] = shards;
    let place = start + 1 + shards;
    for (let shard = 0; shard < shards; shard++) {
      const count = counts[from + shard] as number;
      numbers[start + 1 + shard] = count;
      counts[from + shard] = place;
      place += count;
    }
    return start;
  }

  /** Enters a row at a place of a reserved block; the rows of a shard must come in ascending order. */
  place(place: number, row: number): void {
    this.#pool.numbers[place] = row & LOW;
  }

  /** The block's start after the row was added to its `size` rows; −1 if it was already there. */
  insert(start: number, size: number, row: number): number {
    const shard = row >>> SHARD_BITS;
    const own = this.#withShards(start, size, shard + 1);
    const at = this.#find(own, shard, row & LOW);
    if (at < 0) return -1;
    const used = this.#headerOf(own) + size;
    const moved = this.#resized(own, used, used + 1);
    const { numbers } = this.#pool;
    const place = moved + at;
    const end = moved + used;
    if (end - place > 16) numbers.copyWithin(place + 1, place, end);
    else for (let i = end; i > place; i--) numbers[i] = numbers[i - 1] as number;
    numbers[place] = row & LOW;
    numbers[moved + 1 + shard] = (numbers[moved + 1 + shard] as number) + 1;
    return moved;
  }

  /** The block's start after the row was taken from its `size` rows; −1 if it was not there. */
  delete(start: number, size: number, row: number): number {
    const shard = row >>> SHARD_BITS;
    const { numbers } = this.#pool;
    if (shard >= (numbers[start] as number)) return -1;
    const at = ~this.#find(start, shard, row & LOW);
    if (at < 0) return -1;
    const used = this.#headerOf(start) + size;
    numbers.copyWithin(start + at, start + at + 1, start + used);
    numbers[start + 1 + shard] = (numbers[start + 1 + shard] as number) - 1;
    return this.#resized(start, used, used - 1);
  }

  /** Frees a block of `size` rows. */
  drop(start: number, size: number): void {
    this.#pool.give(start, this.#headerOf(start) + size);
  }

  addTo(start: number, rows: Bitmap): void {
    const { numbers } = this.#pool;
    const shards = numbers[start] as number;
    let at = start + 1 + shards;
    for (let shard = 0; shard < shards; shard++) {
      const count = numbers[start + 1 + shard] as number;
      rows.addAscending(numbers, at, at + count, shard << SHARD_BITS);
      at += count;
    }
  }

  forEach(start: number, visit: (row: number) => void): void {
    const { numbers } = this.#pool;
    const shards = numbers[start] as number;
    let at = start + 1 + shards;
    for (let shard = 0; shard < shards; shard++) {
      const end = at + (numbers[start + 1 + shard] as number);
      for (; at < end; at++) visit(((shard << SHARD_BITS) >>> 0) + (numbers[at] as number));
    }
  }

  #headerOf(start: number): number {
    return 1 + (this.#pool.numbers[start] as number);
  }

  /** Where in the block a row belongs, counted from its start; `~place` if it is there. */
  #find(start: number, shard: number, low: number): number {
    const { numbers } = this.#pool;
    let from = start + 1 + (numbers[start] as number);
    for (let i = 0; i < shard; i++) from += numbers[start + 1 + i] as number;
    let to = from + (numbers[start + 1 + shard] as number);
    // Bulk loads append, hence the look at the end first.
    if (to > from && (numbers[to - 1] as number) < low) return to - start;
    const end = to;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((numbers[middle] as number) < low) from = middle + 1;
      else to = middle;
    }
    return from < end && numbers[from] === low ? ~(from - start) : from - start;
  }

  /** Makes room in the header for more shards. */
  #withShards(start: number, size: number, shards: number): number {
    const present = this.#pool.numbers[start] as number;
    if (shards <= present) return start;
    const used = 1 + present + size;
    const moved = this.#resized(start, used, used + shards - present);
    const { numbers } = this.#pool;
    numbers.copyWithin(moved + 1 + shards, moved + 1 + present, moved + used);
    numbers.fill(0, moved + 1 + present, moved + 1 + shards);
    numbers[moved] = shards;
    return moved;
  }

  /** Moves a block of `used` numbers if a block for `wanted` has another length. */
  #resized(start: number, used: number, wanted: number): number {
    if (this.#pool.capacity(used) === this.#pool.capacity(wanted)) return start;
    const moved = this.#pool.take(wanted);
    this.#pool.numbers.copyWithin(moved, start, start + Math.min(used, wanted));
    this.#pool.give(start, used);
    return moved;
  }
}
