const MIN_GARBAGE = 4096;

/**
 * A list of ascending numbers for each row, packed into one array of bytes: the differences between neighbours, seven
 * bits a byte. Half a hundred numbers of a small range take little more than as many bytes.
 */
export class PackedLists {
  #bytes = new Uint8Array(64);
  #used = 0;
  #garbage = 0;
  #starts = new Uint32Array(0);
  #lengths = new Uint32Array(0);

  get byteLength(): number {
    return this.#bytes.byteLength + this.#starts.byteLength + this.#lengths.byteLength;
  }

  /** The row's numbers, ascending; none if it was never set. */
  get(row: number): readonly number[] {
    let at = this.#starts[row] ?? 0;
    const end = at + (this.#lengths[row] ?? 0);
    const numbers: number[] = [];
    let number = -1;
    while (at < end) {
      let shift = 1;
      let byte = this.#bytes[at++] as number;
      let delta = byte & 0x7f;
      while (byte >= 0x80) {
        byte = this.#bytes[at++] as number;
        shift *= 0x80;
        delta += (byte & 0x7f) * shift;
      }
      number += delta + 1;
      numbers.push(number);
    }
    return numbers;
  }

  /** @param numbers ascending, without repetition */
  set(row: number, numbers: readonly number[]): void {
    this.#reserveRow(row);
    this.#garbage += this.#lengths[row] as number;
    this.#lengths[row] = 0;
    if (this.#garbage > MIN_GARBAGE && this.#garbage * 2 > this.#used) this.#compact();
    this.#starts[row] = this.#used;
    let previous = -1;
    for (const number of numbers) {
      let delta = number - previous - 1;
      previous = number;
      while (delta >= 0x80) {
        this.#push((delta % 0x80) | 0x80);
        delta = Math.floor(delta / 0x80);
      }
      this.#push(delta);
    }
    this.#lengths[row] = this.#used - (this.#starts[row] as number);
  }

  #push(byte: number): void {
    if (this.#used === this.#bytes.length) this.#bytes = resized(this.#bytes, Math.ceil(this.#used * 1.25));
    this.#bytes[this.#used++] = byte;
  }

  #reserveRow(row: number): void {
    if (row < this.#starts.length) return;
    const length = Math.max(row + 1, Math.ceil(this.#starts.length * 1.25), 64);
    const starts = new Uint32Array(length);
    starts.set(this.#starts);
    this.#starts = starts;
    const lengths = new Uint32Array(length);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }

  #compact(): void {
    const bytes = new Uint8Array(this.#used - this.#garbage + MIN_GARBAGE);
    let used = 0;
    for (let row = 0; row < this.#starts.length; row++) {
      const start = this.#starts[row] as number;
      const length = this.#lengths[row] as number;
      bytes.set(this.#bytes.subarray(start, start + length), used);
      this.#starts[row] = used;
      used += length;
    }
    this.#bytes = bytes;
    this.#used = used;
    this.#garbage = 0;
  }
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(length);
  grown.set(bytes);
  return grown;
}
