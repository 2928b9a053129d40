import { isRmmError, RmmError } from '@rmm/protocol';
import type { Store, Unsubscribe } from './store.js';
import { ValueStore } from './store.js';

/** What is known of a query's answer. `data` stays while a newer answer is fetched or could not be. */
export interface QueryState<T> {
  readonly data: T | undefined;
  /** Why the last fetch failed; undefined after one that succeeded. */
  readonly error: RmmError | undefined;
  /** A fetch is under way. */
  readonly fetching: boolean;
}

export interface QueryTiming {
  /** Events that come within this time lead to one fetch, milliseconds. */
  readonly debounceMs: number;
  /** Least time between the end of a fetch and the next one that an event asks for, milliseconds. */
  readonly restMs: number;
}

const INITIAL = { data: undefined, error: undefined, fetching: true };

/**
 * The answer to one query, kept fresh for as long as somebody listens: fetched at the first subscription, again when
 * {@link invalidate} is called. A newer fetch cancels the one under way, so that answers never arrive out of order.
 */
export class QueryStore<T> implements Store<QueryState<T>> {
  readonly #state = new ValueStore<QueryState<T>>(INITIAL);
  readonly #fetch: (signal: AbortSignal) => Promise<T>;
  readonly #timing: QueryTiming;
  #listeners = 0;
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #restUntil = 0;
  #stale = true;

  constructor(fetch: (signal: AbortSignal) => Promise<T>, timing: QueryTiming) {
    this.#fetch = fetch;
    this.#timing = timing;
  }

  readonly getSnapshot = (): QueryState<T> => this.#state.getSnapshot();

  readonly subscribe = (listener: () => void): Unsubscribe => {
    const unsubscribe = this.#state.subscribe(listener);
    if (this.#listeners++ === 0 && this.#stale) void this.refresh();
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      unsubscribe();
      if (--this.#listeners === 0) this.#idle();
    };
  };

  /** Whether anybody listens. */
  get watched(): boolean {
    return this.#listeners > 0;
  }

  /** Fetches now. Never rejects: a failure is part of the state. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#stale = false;
    this.#set({ fetching: true });
    const began = Date.now();
    try {
      const data = await this.#fetch(running.signal);
      if (this.#running === running) this.#set({ data, error: undefined, fetching: false });
    } catch (error) {
      if (this.#running === running) this.#set({ error: asRmmError(error), fetching: false });
    } finally {
      if (this.#running === running) {
        this.#running = undefined;
        // A slow query under a storm of events must not keep the server busy all the time.
        this.#restUntil = Date.now() + Math.max(this.#timing.restMs, 3 * (Date.now() - began));
      }
    }
  }

  /** The answer may have changed: fetches soon if anybody listens, else at the next subscription. */
  invalidate(): void {
    this.#stale = true;
    if (!this.watched || this.#timer !== undefined) return;
    const wait = Math.max(this.#timing.debounceMs, this.#restUntil - Date.now());
    this.#timer = setTimeout(() => void this.refresh(), wait);
  }

  /** Forgets the answer and fetches it anew at once. */
  reset(): void {
    this.#set({ data: undefined, error: undefined });
    void this.refresh();
  }

  /** Changes the answer before the server does, for changes that are expected to succeed. */
  patch(change: (data: T) => T): void {
    const { data } = this.getSnapshot();
    if (data !== undefined) this.#set({ data: change(data) });
  }

  #idle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#running) return;
    this.#running.abort();
    this.#running = undefined;
    this.#stale = true;
  }

  #set(change: Partial<QueryState<T>>): void {
    const state = this.getSnapshot();
    const next = { ...state, ...change };
    if (next.data !== state.data || next.error !== state.error || next.fetching !== state.fetching)
      this.#state.set(next);
  }
}

function asRmmError(error: unknown): RmmError {
  if (isRmmError(error)) return error;
  return new RmmError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
}
