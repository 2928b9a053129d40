/** Something whose work can be put off to a later turn of the event loop. */
export interface Worker {
  /** Goes on with the work that was put off. */
  go(): void;
}

/**
 * Shares the event loop between links. Node serves every readable socket before it looks at its timers, so that flooding
 * agents would starve all else (measured with bare sockets: timers seconds late). Here the work that frames cause may take
 * `budgetMs` per turn of the loop; what is left over waits in a queue, each link in its turn.
 */
export class FairTurns {
  readonly #budgetMs: number;
  #until = 0;
  #open = false;
  #waiting: Worker[] = [];

  constructor(budgetMs = 8) {
    this.#budgetMs = budgetMs;
  }

  /** Whether this turn of the event loop still has time for a frame. */
  hasTime(): boolean {
    if (!this.#open) {
      this.#begin();
      return true;
    }
    return performance.now() < this.#until;
  }

  /** Calls the worker's `go` in a later turn, after all that wait already. A worker waits once at most: its affair. */
  later(worker: Worker): void {
    this.#waiting.push(worker);
    if (!this.#open) this.#begin();
  }

  #begin(): void {
    this.#open = true;
    this.#until = performance.now() + this.#budgetMs;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    this.#open = false;
    if (this.#waiting.length === 0) return;
    this.#begin();
    const batch = this.#waiting;
    this.#waiting = [];
    let done = 0;
    while (done < batch.length && performance.now() < this.#until) batch[done++]?.go();
    if (done < batch.length) this.#waiting = batch.slice(done).concat(this.#waiting);
  };
}
