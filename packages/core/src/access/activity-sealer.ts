import { serviceRef } from '../plugin/service-ref.js';
import type { Actor } from '../port/actor.js';
import type { Clock } from '../port/clock.js';
import type { Logger } from '../port/logger.js';

/** An entry waits at most so long for its seal. */
const SOON_MS = 1000;
/** After sealing failed, as when storage is away. */
const LATER_MS = 30_000;

interface Parts {
  readonly clock: Clock;
  readonly logger: Logger;
  call(actor: Actor, name: string, input: unknown): Promise<unknown>;
}

/** Has the activity logs sealed soon after something was recorded, one System after the other. */
export class ActivitySealer {
  readonly #parts: Parts;
  #waiting = new Set<string>();
  #cancel: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Something was recorded, or may have been before this process began. What the host does to Systems as such is in no
   * System's log, and no chain.
   */
  soon(systemIds: Iterable<string>): void {
    for (const id of systemIds) if (id !== '') this.#waiting.add(id);
    this.#schedule(SOON_MS);
  }

  /** Seals what is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#seal();
  }

  #schedule(ms: number): void {
    if (this.#cancel || this.#stopped || this.#waiting.size === 0) return;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#cancel = undefined;
      void this.#seal();
    });
  }

  #seal(): Promise<void> {
    this.#running = this.#running.then(async () => {
      const waiting = this.#waiting;
      this.#waiting = new Set();
      let failed = false;
      for (const systemId of waiting) {
        if (await this.#sealSystem(systemId)) continue;
        failed = true;
        this.#waiting.add(systemId);
      }
      this.#schedule(failed ? LATER_MS : SOON_MS);
    });
    return this.#running;
  }

  async #sealSystem(systemId: string): Promise<boolean> {
    const { call, logger } = this.#parts;
    try {
      let more = true;
      while (more) {
        const sealed = await call({ kind: 'host', name: 'activity log', systemId }, 'activity.seal', {});
        ({ more } = sealed as { more: boolean });
      }
      return true;
    } catch (error) {
      logger.warn('The activity log could not be sealed yet', { systemId, error: String(error) });
      return false;
    }
  }
}

export const activitySealerRef = serviceRef<ActivitySealer>('access.activitySealer');
