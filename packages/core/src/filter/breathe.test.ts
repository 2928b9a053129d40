import { afterEach, expect, test, vi } from 'vitest';
import { inTurns } from './breathe.js';

afterEach(() => {
  vi.restoreAllMocks();
});

test('long works that run at once share one turn: others wait no longer for many than for one and a step of each', async () => {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  function* work() {
    for (let step = 0; step < 50; step++) {
      now += 1;
      yield;
    }
  }
  let longest = 0;
  let before = now;
  let beat = setImmediate(function next() {
    longest = Math.max(longest, now - before);
    before = now;
    beat = setImmediate(next);
  });
  await Promise.all(Array.from({ length: 20 }, () => inTurns(work())));
  clearImmediate(beat);
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThanOrEqual(2 * 20 + 8);
});
