import { expect, test } from 'vitest';
import { QueryCache } from './query-cache.js';

test('keeps what was used last, and no more than its limit', () => {
  const cache = new QueryCache<string>(3);
  const made: string[] = [];
  const get = (key: string) =>
    cache.get(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) expect(get(key)).toBe(key.toUpperCase());
  expect(made).toEqual(['a', 'b', 'c', 'd', 'b']);
  for (let i = 0; i < 100; i++) get(`x${i}`);
  expect(cache.size).toBe(3);
});
