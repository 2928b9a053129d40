type Ids = Uint8Array | Uint16Array | Uint32Array;

import { grown } from './grown.js';

/** A column of small non-negative integers by row, 0 by default; as wide as its largest value needs. */
export class IdVector {
  #ids: Ids = new Uint8Array(0);
  #widest = 0xff;

  get(row: number): number {
    return this.#ids[row] ?? 0;
  }

  set(row: number, id: number): void {
    if (row >= this.#ids.length) {
      if (id === 0) return;
      this.#ids = grown(this.#ids, row + 1);
    }
    if (id > this.#widest) this.#widen(id);
    this.#ids[row] = id;
  }

  /** The rows so far, to read in a tight loop. */
  get raw(): Ids {
    return this.#ids;
  }

  #widen(id: number): void {
    const wider = id > 0xffff ? new Uint32Array(this.#ids.length) : new Uint16Array(this.#ids.length);
    wider.set(this.#ids);
    this.#ids = wider;
    this.#widest = 2 ** (8 * wider.BYTES_PER_ELEMENT) - 1;
  }
}
