import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SilenceWheel, type Watched } from './silence-wheel.js';

const TICK = 10;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Something that is let go after `patience` ticks without a sign of life. */
class Patient implements Watched {
  slot = -1;
  seen: number;
  goneAt = 0;
  readonly #patience: number;
  constructor(wheel: SilenceWheel, patience: number) {
    this.seen = wheel.tick;
    this.#patience = patience;
  }
  look(tick: number): number {
    const left = this.seen + this.#patience - tick;
    if (left <= 0) this.goneAt = tick;
    return Math.max(0, left);
  }
}

test('each is let go exactly so long after its last sign of life, and never before', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ patience: fc.integer({ min: 1, max: 30 }), signs: fc.array(fc.nat(100), { maxLength: 20 }) }),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
      (plans) => {
        const wheel = new SilenceWheel(TICK, 30 * TICK);
        wheel.start();
        const items = plans.map(({ patience }) => new Patient(wheel, patience));
        for (const [i, item] of items.entries()) wheel.watch(item, plans[i]?.patience ?? 1);
        for (let tick = 2; tick <= 140; tick++) {
          for (const [i, item] of items.entries()) {
            if (item.goneAt === 0 && plans[i]?.signs.includes(tick)) item.seen = tick - 1;
          }
          vi.advanceTimersByTime(TICK);
          expect(wheel.size).toBe(items.filter(({ goneAt }) => goneAt === 0).length);
          expect([...wheel].length).toBe(wheel.size);
        }
        for (const [i, item] of items.entries()) expect(item.goneAt).toBe(item.seen + (plans[i]?.patience ?? 0));
        wheel.stop();
      },
    ),
    { numRuns: 30 },
  );
});

test('what is forgotten is not looked at again', () => {
  const wheel = new SilenceWheel(TICK, 5 * TICK);
  wheel.start();
  const item = new Patient(wheel, 3);
  wheel.watch(item, 3);
  wheel.forget(item);
  wheel.forget(item);
  expect(wheel.size).toBe(0);
  vi.advanceTimersByTime(20 * TICK);
  expect(item.goneAt).toBe(0);
  wheel.stop();
  expect(vi.getTimerCount()).toBe(0);
});
