import { grown } from './grown.js';

/** Lengths of blocks: each about half as large again as the one before, so that little is left unused. */
const LENGTHS: readonly number[] = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 4 : 6) * 2 ** (i >>> 1));

/**
 * Many small arrays of 16-bit numbers in one large one. An array object of its own costs some hundred bytes and a visit
 * of the garbage collector; a block here costs nothing but its numbers.
 */
export class BlockPool {
  #numbers: Uint16Array = new Uint16Array(256);
  #used = 0;
  /** By length class: the starts of free blocks. */
  readonly #free: number[][] = LENGTHS.map(() => []);

  /** All blocks: to read and write inside a block; replaced when the pool grows. */
  get numbers(): Uint16Array {
    return this.#numbers;
  }

  /** How long a block for `count` numbers is. */
  capacity(count: number): number {
    return LENGTHS[classOf(count)] as number;
  }

  /** Makes room for so many more numbers at once. */
  reserve(count: number): void {
    this.#numbers = grown(this.#numbers, this.#used + count);
  }

  /** The start of a block for at least `count` numbers, whose content is left over from before. */
  take(count: number): number {
    const lengthClass = classOf(count);
    const free = this.#free[lengthClass]?.pop();
    if (free !== undefined) return free;
    const start = this.#used;
    this.#used += LENGTHS[lengthClass] as number;
    this.#numbers = grown(this.#numbers, this.#used);
    return start;
  }

  /** @param count the count that the block was taken for, or another one of the same capacity */
  give(start: number, count: number): void {
    this.#free[classOf(count)]?.push(start);
  }
}

/** Powers of two from 4 on at even places, one and a half times them at odd ones. */
function classOf(count: number): number {
  if (count <= 4) return 0;
  const exponent = 31 - Math.clz32(count - 1);
  return 2 * (exponent - 2) + (count <= 1.5 * 2 ** exponent ? 1 : 2);
}
