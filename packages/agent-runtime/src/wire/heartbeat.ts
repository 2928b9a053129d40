/** How long a ping waits for its answer, milliseconds, at most. */
const ANSWER_MS = 20_000;

/**
 * Pings after silence in either direction, and finds out when the other side is gone. While frames flow both ways it
 * sends nothing, and it keeps one timer however many frames there are.
 */
export class Heartbeat {
  readonly #act: { ping(): void; dead(): void };
  #silenceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastSent = 0;
  #lastHeard = 0;
  #pingedAt = 0;

  constructor(act: { ping(): void; dead(): void }) {
    this.#act = act;
  }

  start(silenceMs: number): void {
    this.stop();
    this.#silenceMs = silenceMs;
    this.#lastSent = this.#lastHeard = performance.now();
    this.#pingedAt = 0;
    this.#arm(silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#silenceMs = 0;
  }

  sent(): void {
    this.#lastSent = performance.now();
  }

  heard(): void {
    this.#lastHeard = performance.now();
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#check(), Math.max(1, Math.ceil(ms)));
  }

  #check(): void {
    if (this.#silenceMs === 0) return;
    const now = performance.now();
    const answer = Math.min(ANSWER_MS, this.#silenceMs);
    this.#pingedAt = 0;
    const due = Math.min(this.#lastSent, this.#lastHeard) + this.#silenceMs;
    if (now < due) {
      this.#arm(due - now);
      return;
    }
    this.#pingedAt = this.#lastSent = now;
    this.#act.ping();
    // An answer that waits in the socket while this process was busy or asleep is read before the verdict.
    this.#timer = setTimeout(() => setImmediate(() => this.#judge()), answer);
  }

  #judge(): void {
    if (this.#silenceMs === 0) return;
    if (this.#lastHeard < this.#pingedAt) this.#act.dead();
    else this.#check();
  }
}
