import { RmmError } from '@rmm/protocol';
import { EventBacklog } from './event-backlog.js';
import type { EventMessage } from './event-contract.js';

/** A listener that is further behind than this is cut off rather than fed from an ever longer queue. */
const MOST_WAITING = 10_000;
/** The same in characters of the texts that wait. */
const MOST_WAITING_TEXT = 8 * 1024 * 1024;

interface Reader {
  resolve(result: IteratorResult<EventMessage>): void;
  reject(error: unknown): void;
}

/** Events between the server that tells them and one listener that reads them at its own pace. */
export class EventQueue implements AsyncIterableIterator<EventMessage> {
  readonly #signal: AbortSignal;
  readonly #waiting = new EventBacklog(MOST_WAITING, MOST_WAITING_TEXT);
  readonly #closers: (() => void)[] = [];
  readonly #onAbort = () => this.#end();
  /** There are none while something waits. */
  readonly #readers: Reader[] = [];
  #ended = false;
  #fault: { readonly error: unknown } | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    if (signal.aborted) this.#ended = true;
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Nothing waits: what the next reader gets, it gets in the moment in which it is told. */
  get isEmpty(): boolean {
    return this.#waiting.isEmpty;
  }

  onClose(run: () => void): void {
    if (this.#ended) run();
    else this.#closers.push(run);
  }

  push(message: EventMessage): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader) reader.resolve({ done: false, value: message });
    else if (!this.#waiting.add(message)) this.fail(tooFarBehind());
  }

  /** Ends the queue; the reader gets what waits, then this error. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#fault = { error };
    this.#end();
  }

  /** Ends the queue; the reader gets this error, and nothing of what waits. */
  refuse(error: unknown): void {
    this.#waiting.clear();
    this.fail(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What waits, if anything does. */
  take(): EventMessage | undefined {
    return this.#waiting.take();
  }

  next(): Promise<IteratorResult<EventMessage>> {
    const value = this.#waiting.take();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#fault) return Promise.reject(this.#fault.error);
    if (this.#ended) return Promise.resolve(OVER);
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  async return(): Promise<IteratorResult<EventMessage>> {
    this.#waiting.clear();
    this.#end();
    return OVER;
  }

  #end(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    for (const run of this.#closers.splice(0)) run();
    for (const reader of this.#readers.splice(0)) {
      if (this.#fault) reader.reject(this.#fault.error);
      else reader.resolve(OVER);
    }
  }
}

const OVER: IteratorResult<EventMessage> = { done: true, value: undefined };

export const tooFarBehind = (): RmmError =>
  new RmmError('RATE_LIMITED', 'The listener fell too far behind; subscribe again and read anew');
