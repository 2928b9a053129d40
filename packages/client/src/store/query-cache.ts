import { matchesEvent } from '../live/event-message.js';
import type { LiveEvents } from '../live/live-events.js';
import { QueryStore, type QueryTiming } from './query-store.js';
import { type RefreshTrigger, triggers } from './refresh-trigger.js';

interface Entry {
  readonly name: string;
  readonly store: QueryStore<unknown>;
  triggers: readonly RefreshTrigger[];
}

/** Answers that nobody listens to are kept, so that going back shows them at once. */
const KEPT = 60;

/** The queries of one client: one store for equal questions, refreshed by events and after lost connections. */
export class QueryCache {
  readonly #entries = new Map<string, Entry>();
  readonly #call: (name: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<unknown>;
  readonly #timing: QueryTiming;

  constructor(
    call: (name: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<unknown>,
    live: LiveEvents,
    timing: QueryTiming,
  ) {
    this.#call = call;
    this.#timing = timing;
    live.on('*', (event) => {
      for (const { store, triggers: all } of this.#entries.values()) {
        if (all.some((trigger) => triggers(trigger, event))) store.invalidate();
      }
    });
    live.on('visibility.changed', () => this.invalidate('*'));
    live.onResync(() => this.invalidate('*'));
  }

  /** The store of a question; the same object for the same name and input. */
  get(
    name: string,
    input: Readonly<Record<string, unknown>>,
    refreshOn: readonly RefreshTrigger[],
  ): QueryStore<unknown> {
    const key = `${name} ${JSON.stringify(input)}`;
    const known = this.#entries.get(key);
    if (known) {
      // Youngest last, for the eviction.
      this.#entries.delete(key);
      this.#entries.set(key, known);
      known.triggers = [...new Set([...known.triggers, ...refreshOn])];
      return known.store;
    }
    const store = new QueryStore((signal) => this.#call(name, input, signal), this.#timing);
    this.#entries.set(key, { name, store, triggers: refreshOn });
    this.#evict();
    return store;
  }

  /** Marks answers as stale by the operation's name or pattern (`devices.*`, `*`); those listened to are fetched anew. */
  invalidate(pattern: string): void {
    for (const { name, store } of this.#entries.values()) if (matchesEvent(pattern, name)) store.invalidate();
  }

  /** Forgets all answers, as when another user signs in. */
  clear(): void {
    for (const [key, { store }] of this.#entries) if (!store.watched) this.#entries.delete(key);
    this.invalidate('*');
  }

  /** Forgets all answers also where they are shown, as when the same user sees with other rights. */
  renew(): void {
    for (const [key, { store }] of this.#entries) {
      if (store.watched) store.reset();
      else this.#entries.delete(key);
    }
  }

  #evict(): void {
    let idle = [...this.#entries.values()].filter(({ store }) => !store.watched).length;
    for (const [key, { store }] of this.#entries) {
      if (idle <= KEPT) return;
      if (store.watched) continue;
      this.#entries.delete(key);
      idle--;
    }
  }
}
