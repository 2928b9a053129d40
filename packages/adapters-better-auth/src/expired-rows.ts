import type { Clock, Storage } from '@rmm/core/ports';
import { WINDOW_MS } from './attempt-limit.js';

const INTERVAL_MS = 60 * 60_000;
/** Where rows end, and in which field. */
const EXPIRING = [
  ['authSession', 'expiresAt', 0],
  ['authVerification', 'expiresAt', 0],
  ['authAttempt', 'since', WINDOW_MS],
  ['authRateLimit', 'lastRequest', 24 * 60 * 60_000],
] as const;

/** Removes what has expired, so that tables do not grow with every sign-in. */
export class ExpiredRows {
  readonly #storage: Storage;
  readonly #clock: Clock;
  #lastPruned = Number.NEGATIVE_INFINITY;

  constructor({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Called at attempts to sign in; does something at most once an hour. */
  async prune(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#lastPruned < INTERVAL_MS) return;
    this.#lastPruned = now;
    for (const [model, field, keptMs] of EXPIRING) {
      await this.#storage.remove(model, { field, op: 'lt', value: now - keptMs });
    }
  }
}
