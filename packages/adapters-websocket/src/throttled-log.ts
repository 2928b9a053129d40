import type { Logger } from '@rmm/core/ports';

/** Lets each kind of message through once in a while, with the number of those kept back: hostile peers cannot fill the log. */
export class ThrottledLog {
  readonly #logger: Logger;
  readonly #everyMs: number;
  readonly #kinds = new Map<string, { at: number; suppressed: number }>();

  constructor(logger: Logger, everyMs = 10_000) {
    this.#logger = logger;
    this.#everyMs = everyMs;
  }

  /** @param kind - one of a small fixed set of names, never a peer's words */
  write(
    level: 'info' | 'warn' | 'error',
    kind: string,
    message: string,
    meta: Readonly<Record<string, unknown>>,
  ): void {
    const now = performance.now();
    const last = this.#kinds.get(kind);
    if (last && now - last.at < this.#everyMs) {
      last.suppressed += 1;
      return;
    }
    this.#kinds.set(kind, { at: now, suppressed: 0 });
    this.#logger[level](message, last?.suppressed ? { ...meta, suppressed: last.suppressed } : meta);
  }
}
