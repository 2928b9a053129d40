/**
 * A stream that is opened when its first output is asked for. Ending it, by `return()` or by leaving a `for await`, ends
 * what it was opened with at once, also while an output is awaited.
 */
export class LazyStream<T> implements AsyncIterableIterator<T> {
  readonly #open: (ended: AbortSignal) => Promise<AsyncIterable<T>>;
  readonly #ended = new AbortController();
  #source: Promise<AsyncIterator<T>> | undefined;

  constructor(open: (ended: AbortSignal) => Promise<AsyncIterable<T>>) {
    this.#open = open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#ended.signal.aborted) return { done: true, value: undefined };
    this.#source ??= this.#open(this.#ended.signal).then((opened) => opened[Symbol.asyncIterator]());
    return (await this.#source).next();
  }

  async return(): Promise<IteratorResult<T>> {
    this.#ended.abort();
    const source = await this.#source?.catch(() => undefined);
    await source?.return?.();
    return { done: true, value: undefined };
  }
}
