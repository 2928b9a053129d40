/** Room for the line that stands for what was left out. */
const NOTE_BYTES = 64;

/**
 * Keeps the first three quarters and the end of an output of any length, in bounded memory: an error shows at the
 * beginning as often as at the end, where the result block is too.
 */
export class CappedOutput {
  readonly #headCap: number;
  readonly #tailCap: number;
  #head = Buffer.alloc(0);
  #headLength = 0;
  /** A ring, made when the head is full. */
  #tail: Buffer | undefined;
  #total = 0;

  constructor(cap: number) {
    this.#headCap = Math.floor((cap * 3) / 4);
    this.#tailCap = Math.max(0, cap - this.#headCap - NOTE_BYTES);
  }

  /** Bytes pushed so far. */
  get total(): number {
    return this.#total;
  }

  push(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const room = this.#headCap - this.#headLength;
    if (room > 0) this.#keepHead(chunk.subarray(0, room));
    if (chunk.length > room) this.#keepTail(chunk.subarray(room));
  }

  #keepHead(chunk: Uint8Array): void {
    const length = this.#headLength + chunk.length;
    if (length > this.#head.length) {
      const grown = Buffer.alloc(Math.min(this.#headCap, Math.max(4096, length, this.#head.length * 2)));
      this.#head.copy(grown, 0, 0, this.#headLength);
      this.#head = grown;
    }
    this.#head.set(chunk, this.#headLength);
    this.#headLength = length;
  }

  #keepTail(chunk: Uint8Array): void {
    if (this.#tailCap === 0) return;
    this.#tail ??= Buffer.alloc(this.#tailCap);
    const kept = chunk.length > this.#tailCap ? chunk.subarray(chunk.length - this.#tailCap) : chunk;
    const start = (this.#total - kept.length - this.#headCap) % this.#tailCap;
    const first = Math.min(kept.length, this.#tailCap - start);
    this.#tail.set(kept.subarray(0, first), start);
    this.#tail.set(kept.subarray(first), 0);
  }

  /** The beginning, the end, and how many bytes were left out between them. */
  parts(): { readonly head: Buffer; readonly tail: Buffer; readonly omitted: number } {
    const head = this.#head.subarray(0, this.#headLength);
    const beyond = this.#total - this.#headLength;
    if (this.#tail === undefined) return { head, tail: Buffer.alloc(0), omitted: beyond };
    if (beyond <= this.#tailCap) return { head, tail: this.#tail.subarray(0, beyond), omitted: 0 };
    const start = beyond % this.#tailCap;
    const tail = Buffer.concat([this.#tail.subarray(start), this.#tail.subarray(0, start)]);
    return { head, tail, omitted: beyond - this.#tailCap };
  }
}
