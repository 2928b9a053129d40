import { HASH_SEED } from './hash-seed.js';

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** A hash of some numbers in their order, 32 bits; all `NaN` are the same. */
export function hashNumbers(numbers: Float64Array): number {
  let hash = HASH_SEED;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number;
    const whole = number | 0;
    hash = mix(hash, whole);
    if (whole === number) continue;
    double[0] = Number.isNaN(number) ? 0.5 : number;
    hash = mix(mix(hash, words[0] as number), words[1] as number);
  }
  return hash >>> 0;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
}
