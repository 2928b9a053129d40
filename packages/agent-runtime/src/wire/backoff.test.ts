import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKOFF, Backoff } from './backoff.js';

describe('Backoff', () => {
  test('bounds double from 1 s to 5 min, and full jitter spreads below them', () => {
    const longest = new Backoff(BACKOFF, () => 1);
    const bounds: number[] = [];
    for (let failure = 0; failure < 12; failure++) {
      longest.ended(0);
      bounds.push(longest.next());
    }
    expect(bounds.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(bounds.slice(-3)).toEqual([300_000, 300_000, 300_000]);
    const shortest = new Backoff(BACKOFF, () => 0);
    shortest.ended(0);
    expect(shortest.next()).toBe(0);
  });

  test('begins anew after a connection that lasted', () => {
    const backoff = new Backoff(BACKOFF, () => 1);
    for (let failure = 0; failure < 6; failure++) backoff.ended(0);
    backoff.ended(BACKOFF.stableMs - 1);
    expect(backoff.next()).toBe(64_000);
    backoff.ended(BACKOFF.stableMs);
    expect(backoff.next()).toBe(1000);
  });

  test('never comes back before the server asked, nor much later, nor believes in more than an hour', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(10),
        fc.nat(10_000_000),
        (random, failures, asked) => {
          const backoff = new Backoff(BACKOFF, () => random);
          for (let failure = 0; failure < failures; failure++) backoff.ended(0);
          const wait = backoff.next(asked);
          const heeded = Math.min(asked, 3_600_000);
          expect(wait).toBeGreaterThanOrEqual(heeded);
          expect(wait).toBeLessThanOrEqual(Math.max(300_000, Math.ceil(heeded * 1.1)));
        },
      ),
    );
  });
});
