/** FNV-1a over UTF-16 code units, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Mixes a number, whole or not, into a hash. */
export function hashNumber(hash: number, value: number): number {
  // NaN has many bit patterns.
  scratch[0] = Number.isNaN(value) ? 0.1 : value;
  const low = Math.imul(hash ^ (words[0] as number), 0x01000193);
  return Math.imul(low ^ (low >>> 15) ^ (words[1] as number), 0x85ebca6b) >>> 0;
}

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
