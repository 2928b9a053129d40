import { randomBytes } from 'node:crypto';

/**
 * Where hashes begin in this process. Agents choose what is hashed: who knew the beginning could send thousands of texts
 * of one hash, each of which would be compared with all others.
 */
export const HASH_SEED = randomBytes(4).readUInt32LE();
