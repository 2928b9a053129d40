/** Something whose work can be put off to a later turn of the event loop. */
export interface Worker {
  /** Goes on with the work that was put off. */
  go(): void;
}

/** No turn begins sooner after the last one, unless work waits. */
const REST_MS = 1;

/**
 * Shares the event loop between links. Node serves every readable socket before it looks at its timers, so that flooding
 * agents would starve all else (measured with bare sockets: timers seconds late). Here the work that frames cause may take
 * `budgetMs` per turn of the loop; what is left over waits in a queue, each link in its turn.
 */
export class FairTurns {
  readonly #budgetMs: number;
  #began = 0;
  #until = 0;
  #open = false;
  #waiting: Worker[] = [];

  constructor(budgetMs = 5) {
    this.#budgetMs = budgetMs;
  }

  /** Whether this turn of the event loop still has time for a frame. */
  hasTime(): boolean {
    const now = performance.now();
    if (this.#open) return now < this.#until;
    // Beginning a turn costs another round of the loop: with few messages, not for each of them.
    if (now - this.#began > REST_MS) this.#begin(now);
    return true;
  }

  /** Calls the worker's `go` in a later turn, after all that wait already. A worker waits once at most: its affair. */
  later(worker: Worker): void {
    this.#waiting.push(worker);
    if (!this.#open) this.#begin(performance.now());
  }

  #begin(now: number): void {
    this.#open = true;
    this.#began = now;
    this.#until = now + this.#budgetMs;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    this.#open = false;
    if (this.#waiting.length === 0) return;
    this.#begin(performance.now());
    const batch = this.#waiting;
    this.#waiting = [];
    let done = 0;
    while (done < batch.length && performance.now() < this.#until) batch[done++]?.go();
    if (done < batch.length) this.#waiting = batch.slice(done).concat(this.#waiting);
  };
}
