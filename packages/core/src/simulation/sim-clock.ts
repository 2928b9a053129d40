import type { Clock } from '../port/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Virtual time that goes from timer to timer, so that what a timer sets off can come to rest before the next one runs. */
export class SimClock implements Clock {
  #now = Date.parse('2026-01-15T09:00:00Z');
  #made = 0;
  /** A binary heap. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, Math.ceil(ms)), order: this.#made++, run, cancelled: false };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** Goes to the next timer and runs it; false when there is none until `end`, at which time then stands. */
  step(end: number): boolean {
    for (;;) {
      const next = this.#timers[0];
      if (!next || next.at > end) {
        this.#now = Math.max(this.#now, end);
        return false;
      }
      this.#pop();
      if (next.cancelled) continue;
      this.#now = Math.max(this.#now, next.at);
      next.run();
      return true;
    }
  }

  /** Time jumps, as when a computer sleeps: timers due meanwhile run late, once. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    heap.push(timer);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfLater(parent, at)) return;
      at = parent;
    }
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && this.#isLater(left, left + 1) ? left + 1 : left;
      if (!this.#swapIfLater(at, child)) return;
      at = child;
    }
  }

  #isLater(a: number, b: number): boolean {
    const [one, other] = [this.#timers[a], this.#timers[b]];
    if (!one || !other) return false;
    return one.at > other.at || (one.at === other.at && one.order > other.order);
  }

  #swapIfLater(a: number, b: number): boolean {
    const [one, other] = [this.#timers[a], this.#timers[b]];
    if (!one || !other || !this.#isLater(a, b)) return false;
    this.#timers[a] = other;
    this.#timers[b] = one;
    return true;
  }
}
