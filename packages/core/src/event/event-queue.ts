import { RmmError } from '@rmm/protocol';

/** A listener that is further behind than this is cut off rather than fed from an ever longer queue. */
const MOST_WAITING = 10_000;

interface Message {
  readonly name: string;
  readonly at: string;
  readonly data: Record<string, unknown>;
}

/** Events between the server that tells them and one listener that reads them at its own pace. */
export class EventQueue implements AsyncIterableIterator<Message> {
  readonly #waiting: Message[] = [];
  readonly #closers: (() => void)[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #overrun = false;

  constructor(signal: AbortSignal) {
    if (signal.aborted) this.#ended = true;
    else signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  onClose(run: () => void): void {
    if (this.#ended) run();
    else this.#closers.push(run);
  }

  push(message: Message): void {
    if (this.#ended) return;
    if (this.#waiting.length >= MOST_WAITING) {
      this.#overrun = true;
      this.#end();
      return;
    }
    this.#waiting.push(message);
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Message>> {
    while (this.#waiting.length === 0) {
      if (this.#overrun)
        throw new RmmError('RATE_LIMITED', 'The listener fell too far behind; subscribe again and read anew');
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const value = this.#waiting.shift();
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Message>> {
    this.#waiting.length = 0;
    this.#end();
    return { done: true, value: undefined };
  }

  #end(): void {
    this.#ended = true;
    for (const run of this.#closers.splice(0)) run();
    this.#wake?.();
  }
}
