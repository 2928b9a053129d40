/** What the wheel watches. */
export interface Watched {
  /** The slot it lies in; the wheel's affair. */
  slot: number;
  /** Called when the time set by `watch` has passed: how many ticks to wait before the next look, 0 to be let go. */
  look(tick: number): number;
}

/**
 * One timer for all links. A sign of life only notes the current tick at the link; when a link's slot comes round, it is
 * looked at and either moved on or let go. That costs no timer and no list operation per frame.
 */
export class SilenceWheel {
  /** Counts up with time; starts at 1, so that 0 means never. */
  tick = 1;
  size = 0;
  readonly tickMs: number;
  readonly #slots: Set<Watched>[];
  #timer: NodeJS.Timeout | undefined;

  /** @param longestMs - the longest wait that `watch` will be asked for */
  constructor(tickMs: number, longestMs: number) {
    this.tickMs = tickMs;
    this.#slots = Array.from({ length: this.ticks(longestMs) + 2 }, () => new Set());
  }

  /** How many ticks make up a time, at least one. */
  ticks(ms: number): number {
    return Math.max(1, Math.ceil(ms / this.tickMs));
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#advance(), this.tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  watch(item: Watched, ticks: number): void {
    this.#put(item, ticks);
    this.size += 1;
  }

  forget(item: Watched): void {
    if (this.#slots[item.slot]?.delete(item)) this.size -= 1;
  }

  /** All that is watched. */
  *[Symbol.iterator](): Generator<Watched> {
    for (const slot of this.#slots) yield* slot;
  }

  #put(item: Watched, ticks: number): void {
    item.slot = (this.tick + Math.min(ticks, this.#slots.length - 1)) % this.#slots.length;
    this.#slots[item.slot]?.add(item);
  }

  #advance(): void {
    this.tick += 1;
    const at = this.tick % this.#slots.length;
    const due = this.#slots[at];
    if (!due || due.size === 0) return;
    this.#slots[at] = new Set();
    for (const item of due) {
      const ticks = item.look(this.tick);
      if (ticks > 0) this.#put(item, ticks);
      else this.size -= 1;
    }
  }
}
