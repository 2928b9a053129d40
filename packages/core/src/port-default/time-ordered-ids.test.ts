import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeOrderedIds } from './time-ordered-ids.js';

const START = Date.parse('2026-01-15T09:00:00Z');
const clockAt = (times: () => number) => ({ now: times, after: () => () => {} });

test('ids sort in the order of their making, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 300 }), (steps) => {
      let now = START;
      const ids = timeOrderedIds(clockAt(() => now));
      const made = steps.map((step) => {
        now += step;
        return ids.next();
      });
      expect(made.toSorted()).toEqual(made);
      expect(new Set(made).size).toBe(made.length);
      for (const id of made) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
    }),
  );
});

test('ids of different processes sort by time and do not meet', () => {
  let now = START;
  const processes = Array.from({ length: 8 }, () => timeOrderedIds(clockAt(() => now)));
  const rounds = Array.from({ length: 200 }, () => {
    now += 1;
    return processes.map((ids) => ids.next());
  });
  expect(new Set(rounds.flat()).size).toBe(1600);
  for (const [n, round] of rounds.entries()) {
    const next = rounds[n + 1];
    if (next)
      expect(
        round
          .toSorted()
          .at(-1)
          ?.localeCompare(next.toSorted()[0] ?? '') ?? 0,
      ).toBeLessThan(0);
  }
});

test('the time can be read from an id', () => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  const id = timeOrderedIds(clockAt(() => START)).next();
  expect([...id.slice(0, 10)].reduce((sum, digit) => sum * 32 + digits.indexOf(digit), 0)).toBe(START);
});

test('random bytes are as many as asked for, and differ', () => {
  const ids = timeOrderedIds(clockAt(() => START));
  const drawn = Array.from({ length: 50 }, () => Buffer.from(ids.random(16)).toString('hex'));
  expect(new Set(drawn).size).toBe(50);
  expect(ids.random(0).length).toBe(0);
  expect(ids.random(33).length).toBe(33);
});
