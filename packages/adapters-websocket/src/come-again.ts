import type { ErrorBody } from '@rmm/protocol';

/** Longest time over which those who are turned away are spread, milliseconds. */
const MAX_SPREAD_MS = 300_000;

/** Gives agents that must leave for now times to come again, one after the other, so that they do not return as a crowd. */
export class ComeAgain {
  readonly #spreadMs: number;
  #next = 0;

  constructor(perSecond: number) {
    this.#spreadMs = 1000 / perSecond;
  }

  /** @param afterMs - the shortest time that makes sense */
  reason(code: ErrorBody['code'], message: string, afterMs: number): ErrorBody {
    const now = performance.now();
    this.#next = Math.min(Math.max(now, this.#next) + this.#spreadMs, now + MAX_SPREAD_MS);
    return { code, message, details: { retryAfterMs: Math.round(afterMs + this.#next - now) } };
  }
}
