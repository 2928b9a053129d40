import type { Socket } from 'node:net';

/** Handshakes that may begin at once after a quiet time, as a part of a second's; more would stall the event loop. */
const BURST_SECONDS = 0.04;
/** How long a connection may wait for its turn; agents give up soon after. */
const PATIENCE_SECONDS = 10;
const PERIOD_MS = 10;

/** Tokens that come back with time: so many per second, and no more than a burst saved up. */
export class Rate {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at = performance.now();

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(1, perSecond * BURST_SECONDS);
    this.#tokens = this.#burst;
  }

  take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/**
 * Lets connections into the costly TLS handshake at a bounded rate. The others wait unread, each costing a kilobyte or
 * two; those for whom there is no room are reset at once, which costs nothing, and come again after their backoff.
 */
export class Admission {
  readonly #rate: Rate;
  readonly #most: number;
  readonly #admit: (socket: Socket) => void;
  readonly #overflow: () => void;
  readonly #waiting = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;

  constructor(perSecond: number, admit: (socket: Socket) => void, overflow: () => void) {
    this.#rate = new Rate(perSecond);
    this.#most = Math.ceil(perSecond * PATIENCE_SECONDS);
    this.#admit = admit;
    this.#overflow = overflow;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** @param socket - just accepted and paused: what is not read reports neither its end nor errors */
  offer(socket: Socket): void {
    if (this.#waiting.size === 0 && this.#rate.take()) {
      this.#admit(socket);
    } else if (this.#waiting.size >= this.#most) {
      socket.resetAndDestroy();
      this.#overflow();
    } else {
      this.#waiting.add(socket);
      this.#timer ??= setInterval(() => this.#next(), PERIOD_MS);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }

  #next(): void {
    for (const socket of this.#waiting) {
      if (!this.#rate.take()) return;
      this.#waiting.delete(socket);
      this.#admit(socket);
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
