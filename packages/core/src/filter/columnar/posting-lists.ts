import { Bitmap } from './bitmap.js';
import type { BlockPool } from './block-pool.js';
import { grown } from './grown.js';
import { MAX_BLOCK_ROWS, RowBlocks, shardOf, shardsOf } from './row-blocks.js';
import { ValuePairs } from './value-pairs.js';

/** From so many rows on, a bitmap is considered. */
const DENSE_FROM = 64;

/** So many rows, or lists, are made at a time while lists are filled: a millisecond or two. */
const STEP = 1024;

/** In the place of a place in the pool: the rows of the value lie elsewhere. */
const ELSEWHERE = 0xffffffff;

/** Adds the values of the rows from `from` to `to` − 1, row by row. */
export type ReadPairs = (from: number, to: number, pairs: ValuePairs) => void;

/**
 * For each value (by its number) the set of rows that hold it, in the smallest form that fits its size: a single row
 * inline, few rows as a block of a common pool, many as a bitmap.
 */
export class PostingLists {
  /** By value: how many rows. */
  #sizes = new Uint32Array(0);
  /** By value: the row itself where it is the only one, else the start of the block. */
  #starts = new Uint32Array(0);
  readonly #blocks: RowBlocks;
  readonly #dense = new Map<number, Bitmap>();
  #rows = 0;
  #values = 0;
  #live = 0;
  #entries = 0;

  /** @param pool may be shared with other lists, so that they use each other's free blocks */
  constructor(pool: BlockPool) {
    this.#blocks = new RowBlocks(pool);
  }

  /** How many pairs of a value and a row. */
  get entries(): number {
    return this.#entries;
  }

  /** How many values once had rows and have none now. */
  get emptied(): number {
    return this.#values - this.#live;
  }

  /**
   * Fills empty lists with all rows at once, in steps: counts first, so that each list is made in its final size.
   * @param values how many values there are
   */
  *fill(values: number, rows: number, read: ReadPairs): Generator<void, void, undefined> {
    if (values === 0) return;
    const shards = shardsOf(rows);
    const places = new Uint32Array(values * shards);
    const pairs = new ValuePairs();
    for (let from = 0; from < rows; from += STEP) {
      pairs.clear();
      read(from, Math.min(rows, from + STEP), pairs);
      tally(pairs, places, shards);
      yield;
    }
    this.#rows = rows;
    this.#reserve(values - 1);
    yield* this.#reserveLists(places, shards);
    for (let from = 0; from < rows; from += STEP) {
      pairs.clear();
      read(from, Math.min(rows, from + STEP), pairs);
      this.#enter(pairs, places, shards);
      yield;
    }
  }

  add(value: number, row: number): void {
    if (row >= this.#rows) this.#rows = row + 1;
    if (value >= this.#values) this.#reserve(value);
    const size = this.#sizes[value] as number;
    const dense = size > DENSE_FROM ? this.#dense.get(value) : undefined;
    if (dense !== undefined) {
      if (dense.has(row)) return;
      dense.add(row);
    } else if (size === 0) {
      this.#starts[value] = row;
      this.#live++;
    } else if (!this.#insert(value, size, row)) {
      return;
    }
    this.#sizes[value] = size + 1;
    this.#entries++;
    if (dense === undefined && this.#outgrows(size + 1)) this.#makeDense(value);
  }

  delete(value: number, row: number): void {
    const size = this.#sizes[value] ?? 0;
    if (size === 0) return;
    const dense = this.#dense.get(value);
    if (dense !== undefined) {
      if (!dense.has(row)) return;
      dense.delete(row);
    } else if (size === 1) {
      if (this.#starts[value] !== row) return;
      this.#live--;
    } else if (!this.#remove(value, size, row)) {
      return;
    }
    this.#sizes[value] = size - 1;
    this.#entries--;
    // Half of the size at which a block becomes a bitmap, so that a value at the border does not flicker.
    if (dense !== undefined && !this.#outgrows((size - 1) * 2)) this.#makeSparse(value, dense);
  }

  /** How many rows hold the value. */
  count(value: number): number {
    return this.#sizes[value] ?? 0;
  }

  /** Adds the value's rows to a set. */
  addTo(value: number, rows: Bitmap): void {
    const size = this.#sizes[value] ?? 0;
    if (size === 0) return;
    const start = this.#starts[value] as number;
    const dense = size > 1 ? this.#dense.get(value) : undefined;
    if (dense !== undefined) rows.or(dense);
    else if (size === 1) rows.add(start);
    else this.#blocks.addTo(start, rows);
  }

  /** Calls back for each row of the value, ascending. */
  forEach(value: number, visit: (row: number) => void): void {
    const size = this.#sizes[value] ?? 0;
    const start = this.#starts[value] ?? 0;
    const dense = this.#dense.get(value);
    if (dense !== undefined) dense.forEach(visit);
    else if (size === 1) visit(start);
    else if (size > 1) this.#blocks.forEach(start, visit);
  }

  /** The value's own bitmap where it has one: to read, not to change. */
  shared(value: number): Bitmap | undefined {
    return this.#dense.get(value);
  }

  /** Makes the lists for these counts; in place of the counts, where in the pool the rows of each shard belong if they do. */
  *#reserveLists(counts: Uint32Array, shards: number): Generator<void, void, undefined> {
    const values = counts.length / shards;
    let room = 0;
    for (let value = 0; value < values; value++) {
      let size = 0;
      for (let cell = value * shards; cell < (value + 1) * shards; cell++) size += counts[cell] as number;
      this.#sizes[value] = size;
      this.#entries += size;
      if (size > 1 && !this.#outgrows(size)) room += this.#blocks.lengthFor(size, shards);
      if (value % STEP === 0) yield;
    }
    this.#blocks.makeRoom(room);
    for (let value = 0; value < values; value++) {
      const size = this.#sizes[value] as number;
      if (size > 0) this.#live++;
      if (size > 1 && !this.#outgrows(size)) {
        this.#starts[value] = this.#blocks.reserve(counts, value * shards, shards);
      } else {
        if (size > 1) this.#dense.set(value, new Bitmap(this.#rows));
        counts.fill(ELSEWHERE, value * shards, (value + 1) * shards);
      }
      if (value % STEP === 0) yield;
    }
  }

  #enter({ values, rows, length }: ValuePairs, places: Uint32Array, shards: number): void {
    for (let i = 0; i < length; i++) {
      const value = values[i] as number;
      const row = rows[i] as number;
      const cell = value * shards + shardOf(row);
      const place = places[cell] as number;
      if (place === ELSEWHERE) {
        if (this.#sizes[value] === 1) this.#starts[value] = row;
        else this.#dense.get(value)?.add(row);
      } else {
        this.#blocks.place(place, row);
        places[cell] = place + 1;
      }
    }
  }

  #outgrows(size: number): boolean {
    return size > DENSE_FROM && (size * 32 > this.#rows || size >= MAX_BLOCK_ROWS);
  }

  /** Whether the row is new. */
  #insert(value: number, size: number, row: number): boolean {
    const start = this.#starts[value] as number;
    if (size === 1 && start === row) return false;
    const moved = size === 1 ? this.#blocks.create([start, row]) : this.#blocks.insert(start, size, row);
    if (moved < 0) return false;
    this.#starts[value] = moved;
    return true;
  }

  /** Whether the row was there. */
  #remove(value: number, size: number, row: number): boolean {
    const moved = this.#blocks.delete(this.#starts[value] as number, size, row);
    if (moved < 0) return false;
    this.#starts[value] = moved;
    if (size === 2) {
      this.#blocks.forEach(moved, (last) => {
        this.#starts[value] = last;
      });
      this.#blocks.drop(moved, 1);
    }
    return true;
  }

  #makeDense(value: number): void {
    const bitmap = new Bitmap(this.#rows);
    const start = this.#starts[value] as number;
    this.#blocks.addTo(start, bitmap);
    this.#blocks.drop(start, this.#sizes[value] as number);
    this.#dense.set(value, bitmap);
  }

  #makeSparse(value: number, bitmap: Bitmap): void {
    this.#starts[value] = this.#blocks.create(bitmap.rows());
    this.#dense.delete(value);
  }

  #reserve(value: number): void {
    this.#sizes = grown(this.#sizes, value + 1);
    this.#starts = grown(this.#starts, value + 1);
    this.#values = value + 1;
  }
}

/** Counts how many rows of each shard hold each value. */
function tally({ values, rows, length }: ValuePairs, counts: Uint32Array, shards: number): void {
  for (let i = 0; i < length; i++) {
    const cell = (values[i] as number) * shards + shardOf(rows[i] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
}
