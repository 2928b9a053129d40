import { setTimeout } from 'node:timers/promises';

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 200;
/** From this attempt on, clashing transactions of this process go one after the other. */
const QUEUE_FROM = 2;

export type Attempt<R> = { readonly done: true; readonly value: R } | { readonly done: false; readonly error: unknown };

/** Repeats what clashed with concurrent transactions, with random pauses; those that clash often take turns. */
export class Retry {
  #turn: Promise<unknown> = Promise.resolve();

  /** @param forMs - how long a transaction that keeps clashing is tried */
  constructor(private readonly forMs: number) {}

  /**
   * @param attempt - throws what must not be repeated
   * @throws the last clash, when it kept clashing
   */
  async run<R>(attempt: () => Promise<Attempt<R>>): Promise<R> {
    const deadline = performance.now() + this.forMs;
    for (let attempts = 1; ; attempts++) {
      const result = await (attempts < QUEUE_FROM ? attempt() : this.#inTurn(attempt));
      if (result.done) return result.value;
      if (performance.now() > deadline) throw result.error;
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempts);
      await setTimeout(Math.random() * longest);
    }
  }

  #inTurn<R>(attempt: () => Promise<R>): Promise<R> {
    const mine = this.#turn.then(attempt, attempt);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
