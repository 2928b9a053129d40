import type { Bitmap } from './bitmap.js';
import { grown } from './grown.js';
import type { ValuePairs } from './value-pairs.js';

const MIN_GARBAGE = 4096;

/**
 * A list of ascending numbers for each row, packed into one array of bytes: how many there are, then the differences
 * between neighbours, seven bits a byte. Half a hundred numbers of a small range take little more than as many bytes.
 */
export class PackedLists {
  #bytes: Uint8Array = new Uint8Array(64);
  /** Byte 0 is no list's, so that 0 can mean none. */
  #used = 1;
  #garbage = 0;
  /** By row: where the list begins, 0 for none. */
  #starts = new Uint32Array(0);
  /** Where the last number read ended. */
  #at = 0;

  get byteLength(): number {
    return this.#bytes.byteLength + this.#starts.byteLength;
  }

  /** The row's numbers, ascending; none if it was never set. */
  get(row: number): number[] {
    const start = this.#starts[row] ?? 0;
    const numbers: number[] = [];
    if (start === 0) return numbers;
    this.#at = start;
    const count = this.#read();
    let number = -1;
    for (let i = 0; i < count; i++) {
      number += this.#read() + 1;
      numbers.push(number);
    }
    return numbers;
  }

  /** Whether the row has a number that is in the set. */
  meets(row: number, set: Bitmap): boolean {
    const start = this.#starts[row] ?? 0;
    if (start === 0) return false;
    this.#at = start;
    const count = this.#read();
    let number = -1;
    for (let i = 0; i < count; i++) {
      number += this.#read() + 1;
      if (set.has(number)) return true;
    }
    return false;
  }

  /** So many rows have been set at most. */
  get rows(): number {
    return this.#starts.length;
  }

  /** Adds each number of the rows from `from` to `to` − 1, row by row. */
  read(from: number, to: number, pairs: ValuePairs): void {
    for (let row = from; row < to; row++) {
      const start = this.#starts[row] ?? 0;
      if (start === 0) continue;
      this.#at = start;
      const count = this.#read();
      let number = -1;
      for (let i = 0; i < count; i++) {
        number += this.#read() + 1;
        pairs.push(number, row);
      }
    }
  }

  /** @param numbers ascending, without repetition */
  set(row: number, numbers: readonly number[]): void {
    this.#free(row);
    if (numbers.length === 0) return;
    this.#starts = grown(this.#starts, row + 1);
    this.#starts[row] = this.#used;
    this.#write(numbers.length);
    let previous = -1;
    for (const number of numbers) {
      this.#write(number - previous - 1);
      previous = number;
    }
  }

  /** Gives back room that was made for more. */
  trim(): void {
    this.#bytes = this.#bytes.slice(0, this.#used + MIN_GARBAGE);
  }

  #free(row: number): void {
    const start = this.#starts[row] ?? 0;
    if (start === 0) return;
    this.#garbage += this.#lengthAt(start);
    this.#starts[row] = 0;
    if (this.#garbage > MIN_GARBAGE && this.#garbage * 2 > this.#used) this.#compact();
  }

  #read(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] as number;
    if (byte < 0x80) return byte;
    let number = byte & 0x7f;
    let unit = 0x80;
    do {
      byte = bytes[this.#at++] as number;
      number += (byte & 0x7f) * unit;
      unit *= 0x80;
    } while (byte >= 0x80);
    return number;
  }

  #write(number: number): void {
    let rest = number;
    while (rest >= 0x80) {
      this.#push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#push(rest);
  }

  #push(byte: number): void {
    if (this.#used === this.#bytes.length) this.#bytes = grown(this.#bytes, this.#used + 1);
    this.#bytes[this.#used++] = byte;
  }

  #lengthAt(start: number): number {
    this.#at = start;
    const count = this.#read();
    for (let i = 0; i < count; i++) this.#read();
    return this.#at - start;
  }

  #compact(): void {
    const bytes = new Uint8Array(this.#used - this.#garbage + MIN_GARBAGE);
    let used = 1;
    for (let row = 0; row < this.#starts.length; row++) {
      const start = this.#starts[row] as number;
      if (start === 0) continue;
      const length = this.#lengthAt(start);
      bytes.set(this.#bytes.subarray(start, start + length), used);
      this.#starts[row] = used;
      used += length;
    }
    this.#bytes = bytes;
    this.#used = used;
    this.#garbage = 0;
  }
}
