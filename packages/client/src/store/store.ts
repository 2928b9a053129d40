export type Unsubscribe = () => void;

/** A value that changes, for any UI framework: `useSyncExternalStore(store.subscribe, store.getSnapshot)`. */
export interface Store<T> {
  /** The value now; the same object until it changes. */
  readonly getSnapshot: () => T;
  readonly subscribe: (listener: () => void) => Unsubscribe;
}

/** A store whose owner sets the value. */
export class ValueStore<T> implements Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly getSnapshot = (): T => this.#value;

  readonly subscribe = (listener: () => void): Unsubscribe => {
    // A wrapper of its own, so that one function subscribed twice is told twice and unsubscribed once at a time.
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}
