import { randomBytes } from 'node:crypto';
import type { Clock } from '../port/clock.js';
import type { Ids } from '../port/ids.js';

/** Crockford's base 32 in lower case: its characters sort as the numbers that they stand for. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/**
 * 26 characters: 48 bits of time, then 80 random bits (the ULID layout). Within one process and millisecond the random
 * part counts up, so that ids sort in the order in which they were made.
 */
export function timeOrderedIds(clock: Clock): Ids {
  let lastTime = -1;
  let tail = new Uint8Array(RANDOM_DIGITS);
  return {
    next: () => {
      const time = Math.max(clock.now(), lastTime);
      if (time === lastTime) increment(tail);
      else tail = Uint8Array.from(randomBytes(RANDOM_DIGITS), (byte) => byte & 31);
      lastTime = time;
      let head = '';
      for (let rest = time, digit = 0; digit < TIME_DIGITS; digit++, rest = Math.floor(rest / 32))
        head = DIGITS.charAt(rest % 32) + head;
      return head + Array.from(tail, (value) => DIGITS.charAt(value)).join('');
    },
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  };
}

function increment(digits: Uint8Array): void {
  for (let at = digits.length - 1; at >= 0; at--) {
    const value = (digits[at] ?? 0) + 1;
    digits[at] = value & 31;
    if (value < 32) return;
  }
}
