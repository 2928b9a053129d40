import { grown } from './grown.js';

/** So many rows share a block. */
export const BLOCK_ROWS = 4096;

/**
 * A number for each row that names the state of a part of its facts, 0 for none; and how many rows of each block got
 * another one since the block was last written elsewhere.
 */
export class Stamps {
  #stamps = new Float64Array(0);
  readonly #changed: number[] = [];

  get(row: number): number {
    return this.#stamps[row] ?? 0;
  }

  set(row: number, stamp: number): void {
    if (this.get(row) === stamp) return;
    this.restore(row, stamp);
    const block = Math.floor(row / BLOCK_ROWS);
    this.#changed[block] = (this.#changed[block] ?? 0) + 1;
  }

  /** As {@link set}, of a row that was just read from its block. */
  restore(row: number, stamp: number): void {
    this.#stamps = grown(this.#stamps, row + 1);
    this.#stamps[row] = stamp;
  }

  /** The blocks of which at least so many rows changed. */
  changed(least: number): readonly number[] {
    return [...this.#changed.keys()].filter((block) => (this.#changed[block] ?? 0) >= least);
  }

  /** Says that a block is written. */
  written(block: number): void {
    this.#changed[block] = 0;
  }
}
