import { grown } from './grown.js';

/** Non-negative integers as bytes, seven bits each, the lowest first; small ones take one byte. */
export class VarintWriter {
  #bytes: Uint8Array = new Uint8Array(1024);
  #used = 0;

  write(number: number): void {
    let rest = number;
    while (rest >= 0x80) {
      this.#push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#push(rest);
  }

  /** All that was written, as base64. */
  text(): string {
    return Buffer.from(this.#bytes.buffer, 0, this.#used).toString('base64');
  }

  #push(byte: number): void {
    if (this.#used === this.#bytes.length) this.#bytes = grown(this.#bytes, this.#used + 1);
    this.#bytes[this.#used++] = byte;
  }
}

/** No number that is written is larger: as many as there are rows or values. */
const MOST = 2 ** 32;

/** Reads what a {@link VarintWriter} wrote. @throws RangeError for what none wrote */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(text: string) {
    this.#bytes = Buffer.from(text, 'base64');
  }

  read(): number {
    let byte = this.#byte();
    if (byte < 0x80) return byte;
    let number = byte & 0x7f;
    let unit = 0x80;
    do {
      byte = this.#byte();
      number += (byte & 0x7f) * unit;
      unit *= 0x80;
      if (number > MOST) throw new RangeError('A packed number is too large');
    } while (byte >= 0x80);
    return number;
  }

  /** Says that nothing more is expected. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError('More is packed than was told');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('Less is packed than was told');
    return byte;
  }
}
