import { HASH_SEED } from './hash-seed.js';

/** FNV-1a over UTF-16 code units from a seed, 32 bits. Not to be stored: another process hashes otherwise. */
export function hashText(text: string, seed = HASH_SEED): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
