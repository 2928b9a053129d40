import { expect, test } from 'vitest';
import { hashText } from './hash-text.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const word = (n: number) => [1, 62, 3844, 238_328].map((unit) => ALPHABET[Math.floor(n / unit) % 62]).join('');

/** Two texts each of which continues any text of the hash `seed` to one and the same hash. */
function collision(seed: number): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let n = 0; ; n++) {
    const text = word(n);
    const hash = hashText(text, seed);
    const other = seen.get(hash);
    if (other !== undefined) return [other, text];
    seen.set(hash, text);
  }
}

test('texts made to have one hash have different ones in a process that begins elsewhere', () => {
  const known = 0x811c9dc5;
  let texts = [''];
  for (let level = 0; level < 2; level++) {
    const pair = collision(hashText(texts[0] ?? '', known));
    texts = texts.flatMap((text) => pair.map((more) => text + more));
  }
  expect(new Set(texts.map((text) => hashText(text, known))).size).toBe(1);
  expect(new Set(texts.map((text) => hashText(text))).size).toBeGreaterThan(texts.length / 2);
});
