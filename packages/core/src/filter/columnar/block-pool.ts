/** Sizes of blocks: each about half as large again as the one before, so that little is left unused. */
const SIZES: readonly number[] = sizes();
const LARGEST = 1 << 20;

function sizes(): number[] {
  const steps = [2, 3];
  for (let size = 4; size <= 1 << 20; size *= 2) steps.push(size, size + size / 2);
  return steps;
}

/**
 * Many small arrays of 32-bit numbers in one large one. An array object of its own costs some hundred bytes and a visit
 * of the garbage collector; a block here costs nothing but its numbers.
 */
export class BlockPool {
  #numbers = new Uint32Array(256);
  #used = 0;
  /** By size class: the starts of free blocks. */
  readonly #free: number[][] = SIZES.map(() => []);

  /** All blocks: to read and write inside a block; replaced when the pool grows. */
  get numbers(): Uint32Array {
    return this.#numbers;
  }

  get byteLength(): number {
    return this.#numbers.byteLength;
  }

  /** How many numbers a block for `count` holds. */
  capacity(count: number): number {
    return SIZES[classOf(count)] as number;
  }

  /** The start of a block for at least `count` numbers. */
  take(count: number): number {
    const sizeClass = classOf(count);
    const free = this.#free[sizeClass]?.pop();
    if (free !== undefined) return free;
    const start = this.#used;
    this.#used += SIZES[sizeClass] as number;
    if (this.#used > this.#numbers.length) this.#grow(this.#used);
    return start;
  }

  /** @param count the count that the block was taken for, or another one of the same capacity */
  give(start: number, count: number): void {
    this.#free[classOf(count)]?.push(start);
  }

  #grow(least: number): void {
    const grown = new Uint32Array(Math.max(least, Math.ceil(this.#numbers.length * 1.25)));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}

function classOf(count: number): number {
  if (count > LARGEST) throw new RangeError(`A block holds at most ${LARGEST} numbers, not ${count}`);
  if (count <= 3) return count <= 2 ? 0 : 1;
  // Powers of two at even places from 2 on, one and a half times them at odd ones.
  const exponent = 31 - Math.clz32(count - 1);
  const half = 1.5 * (1 << exponent);
  return 2 * exponent - 2 + (count <= half ? 1 : 2);
}
