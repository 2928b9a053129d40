type Ids = Uint8Array | Uint16Array | Uint32Array;

/** A column of small non-negative integers by row, 0 by default; as wide as its largest value needs. */
export class IdVector {
  #ids: Ids = new Uint8Array(0);

  get(row: number): number {
    return this.#ids[row] ?? 0;
  }

  set(row: number, id: number): void {
    if (row >= this.#ids.length) {
      if (id === 0) return;
      this.#resize(this.#ids, Math.max(row + 1, Math.ceil(this.#ids.length * 1.25), 64));
    }
    const widest = 2 ** (8 * this.#ids.BYTES_PER_ELEMENT) - 1;
    if (id > widest) {
      const wider = id > 0xffff ? new Uint32Array(this.#ids.length) : new Uint16Array(this.#ids.length);
      wider.set(this.#ids);
      this.#ids = wider;
    }
    this.#ids[row] = id;
  }

  /** The rows so far, to read in a tight loop. */
  get raw(): Ids {
    return this.#ids;
  }

  #resize(old: Ids, length: number): void {
    const grown =
      old instanceof Uint8Array
        ? new Uint8Array(length)
        : old instanceof Uint16Array
          ? new Uint16Array(length)
          : new Uint32Array(length);
    grown.set(old);
    this.#ids = grown;
  }
}
