import { createHash } from 'node:crypto';
import type { Clock, ModelDef, Storage } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';

const MODEL = 'authAttempt';

/** How often one account was tried lately; by a hash of its e-mail, for it may be no account at all. */
export const attemptModel: ModelDef = {
  name: MODEL,
  key: ['account'],
  fields: { account: { type: 'string' }, count: { type: 'int' }, since: { type: 'time' } },
  indexes: [['since']],
};

const MAX_ATTEMPTS = 10;
/** Attempts count for so long. */
export const WINDOW_MS = 15 * 60_000;

/**
 * Bounds the guesses at one account's password, from however many addresses they come (NIST SP 800-63B, 5.2.2).
 * Better Auth's own limit counts by address.
 */
export class AttemptLimit {
  readonly #storage: Storage;
  readonly #clock: Clock;

  constructor(storage: Storage, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Counts an attempt before it is made. @throws RmmError `RATE_LIMITED`. */
  async begin(email: string): Promise<void> {
    const account = nameOf(email);
    const now = this.#clock.now();
    const waitMs = await this.#storage.transaction(async (tx) => {
      const [row] = await tx.find(MODEL, { where: { field: 'account', op: 'eq', value: account } });
      const since = Number(row?.since ?? now);
      const count = now - since < WINDOW_MS ? Number(row?.count ?? 0) : 0;
      if (count >= MAX_ATTEMPTS) return since + WINDOW_MS - now;
      await tx.put(MODEL, [{ account, count: count + 1, since: count === 0 ? now : since }]);
      return 0;
    });
    if (waitMs === 0) return;
    throw new RmmError(
      'RATE_LIMITED',
      `Too many attempts at this account. Try again in ${Math.ceil(waitMs / 60_000)} minutes.`,
      { details: { retryAfterMs: waitMs } },
    );
  }

  /** The right password was given: the count starts anew. */
  async succeeded(email: string): Promise<void> {
    await this.#storage.remove(MODEL, { field: 'account', op: 'eq', value: nameOf(email) });
  }
}

const nameOf = (email: string) => createHash('sha256').update(email.trim().toLowerCase()).digest('base64url');
