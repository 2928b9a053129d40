import type { Ids } from '../port/ids.js';

/** Ids and random bytes that are the same for the same seed (xorshift32). Not random enough for anything but tests. */
export function seededIds(seed = 1): Ids {
  let state = seed | 0 || 1;
  let made = 0;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    next: () => `${String(++made).padStart(8, '0')}${random().toString(36).padStart(7, '0')}`,
    random: (bytes) => Uint8Array.from({ length: bytes }, () => random() & 0xff),
  };
}
