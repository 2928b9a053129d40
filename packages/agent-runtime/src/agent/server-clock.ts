import type { AgentState } from '../storage/agent-state.js';

/** A smaller change is not worth a write. */
const STORED_FROM_MS = 60_000;

/**
 * The server's time, by which commands expire. While the process lives it follows the monotonic clock, so that setting
 * the device's clock neither revives an expired command nor kills a fresh one.
 */
export class ServerClock {
  readonly #state: AgentState;
  #base: number;
  #at = performance.now();

  constructor(state: AgentState) {
    this.#state = state;
    this.#base = Date.now() + state.values.clockOffsetMs;
  }

  /** Epoch milliseconds. */
  now(): number {
    return Math.max(0, Math.round(this.#base + (performance.now() - this.#at)));
  }

  /** Takes over a time that the server has proved. */
  async proved(time: number): Promise<void> {
    this.#base = time;
    this.#at = performance.now();
    const clockOffsetMs = time - Date.now();
    if (Math.abs(clockOffsetMs - this.#state.values.clockOffsetMs) < STORED_FROM_MS) return;
    // On a full disk the offset is merely not remembered over a restart.
    await this.#state.set({ clockOffsetMs }).catch(() => undefined);
  }
}
