import { expect, test } from 'vitest';
import { seededIds } from './seeded-ids.js';

test('the same seed gives the same ids and bytes; ids differ and sort by making', () => {
  const take = (seed: number) => {
    const ids = seededIds(seed);
    return { made: Array.from({ length: 1000 }, () => ids.next()), bytes: [...ids.random(32)] };
  };
  expect(take(5)).toEqual(take(5));
  expect(take(5).bytes).not.toEqual(take(6).bytes);
  const { made } = take(1);
  expect(new Set(made).size).toBe(1000);
  expect(made.toSorted()).toEqual(made);
  expect(made[0]).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});
