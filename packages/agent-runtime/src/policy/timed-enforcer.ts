import type { PolicyEnforcer, PolicySettings } from './policy-enforcer.js';

/**
 * An enforcer that nobody waits for without end: the agent does nothing else meanwhile. One that takes too long is left
 * to itself, and puts the newest settings into effect when it is through.
 */
export class TimedEnforcer {
  readonly #enforcer: PolicyEnforcer;
  readonly #limitMs: number;
  #wanted: { readonly settings: PolicySettings | undefined } | undefined;
  #acting: Promise<void> | undefined;

  constructor(enforcer: PolicyEnforcer, limitMs: number) {
    this.#enforcer = enforcer;
    this.#limitMs = limitMs;
  }

  /** @throws what the enforcer throws; Error when it takes too long */
  async apply(settings: PolicySettings | undefined): Promise<void> {
    this.#wanted = { settings };
    this.#acting ??= this.#act().finally(() => {
      this.#acting = undefined;
    });
    await within(this.#acting, this.#limitMs);
  }

  /** One call after the other; of settings that come meanwhile the last ones count. */
  async #act(): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    while (this.#wanted) {
      const { settings } = this.#wanted;
      this.#wanted = undefined;
      failure = undefined;
      try {
        await this.#enforcer.apply(settings);
      } catch (error) {
        failure = { error };
      }
    }
    if (failure) throw failure.error;
  }
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not come to an end within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
