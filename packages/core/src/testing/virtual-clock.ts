import type { Clock } from '../port/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that stands still until it is told to go on. */
export interface VirtualClock extends Clock {
  /** Lets time pass; timers run on the way, each at its time, those of the same time in the order of their making. */
  advance(ms: number): void;
}

/** @param start epoch milliseconds, or an ISO 8601 date and time */
export function virtualClock(start: number | string = '2026-01-15T09:00:00Z'): VirtualClock {
  let now = typeof start === 'string' ? Date.parse(start) : start;
  let made = 0;
  const timers = new Set<Timer>();
  const due = (end: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  return {
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + Math.max(0, ms), order: made++, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => {
      const end = now + ms;
      for (let timer = due(end); timer; timer = due(end)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
      }
      now = end;
    },
  };
}
