import type { Logger } from '../port/logger.js';

/** What must wait until the change is stored. Nothing of it can fail the command any more: it is done. */
export class Effects {
  readonly #runs: (() => void | Promise<void>)[] = [];
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(run: () => void | Promise<void>): void {
    this.#runs.push(run);
  }

  /** Never rejects; a fault of one keeps the others from nothing. */
  async run(): Promise<void> {
    for (const run of this.#runs.splice(0)) {
      try {
        await run();
      } catch (error) {
        this.#logger.error('What was to follow a stored change failed', { error: String(error) });
      }
    }
  }
}
