import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../port/clock.js';
import type { Logger } from '../port/logger.js';

/** After an attempt failed. */
const AGAIN_MS = 10_000;

interface Parts {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Stores entries of the activity log that belong to no transaction, and tries until they are stored. */
export class LateRecords {
  readonly #parts: Parts;
  /** Outside of whatever transaction a call is made in, inside of which none can begin. */
  readonly #outside = new AsyncResource('RmmLateRecords');
  readonly #underWay = new Set<Promise<void>>();
  /** What failed and will be tried again, with how to call that off. */
  readonly #waiting = new Map<() => Promise<void>, () => void>();
  #stopping = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Tries at once. Never rejects. */
  async now(store: () => Promise<void>): Promise<void> {
    try {
      await store();
    } catch (error) {
      this.#failed(store, error);
    }
  }

  /** Has nobody wait: a host's open transaction may hold the lock that this one needs. */
  soon(store: () => Promise<void>): void {
    const attempt = this.#outside.runInAsyncScope(() => this.now(store));
    this.#underWay.add(attempt);
    void attempt.then(() => this.#underWay.delete(attempt));
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Tries everything a last time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const [store, cancel] of this.#waiting) {
      cancel();
      this.soon(store);
    }
    this.#waiting.clear();
    await this.settled();
  }

  #failed(store: () => Promise<void>, error: unknown): void {
    const { clock, logger } = this.#parts;
    const told = this.#stopping ? 'is lost' : 'could not be stored yet';
    logger.error(`An entry of the activity log ${told}`, { error: String(error) });
    if (this.#stopping) return;
    const again = () => {
      this.#waiting.delete(store);
      this.soon(store);
    };
    this.#waiting.set(store, clock.after(AGAIN_MS, again));
  }
}
