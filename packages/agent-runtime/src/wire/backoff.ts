/** Bounds of the waits between attempts to connect, milliseconds. */
export interface BackoffOptions {
  /** Bound of the first wait. */
  readonly firstMs: number;
  /** Bound of the longest. */
  readonly longestMs: number;
  /** A connection that lasted this long starts the row anew. */
  readonly stableMs: number;
}

export const BACKOFF: BackoffOptions = { firstMs: 1000, longestMs: 300_000, stableMs: 60_000 };
/** What a server may ask for at most. */
const LONGEST_ASKED_MS = 3_600_000;

/**
 * Waits between attempts: exponential, with full jitter, so that a fleet whose server returns does not come back in one
 * instant.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: BackoffOptions = BACKOFF, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  /** Tells how long the last connection lasted, 0 when there was none. */
  ended(lastedMs: number): void {
    this.#failures = lastedMs >= this.#options.stableMs ? 0 : this.#failures + 1;
  }

  /**
   * The next wait, milliseconds.
   *
   * @param askedMs - the wait that the server asked for: never less, and up to a tenth more
   */
  next(askedMs = 0): number {
    const { firstMs, longestMs } = this.#options;
    const bound = Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, this.#failures - 1)));
    const asked = Math.min(askedMs, LONGEST_ASKED_MS);
    return Math.round(Math.max(this.#random() * bound, asked * (1 + this.#random() / 10)));
  }
}
