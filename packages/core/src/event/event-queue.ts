import { RmmError } from '@rmm/protocol';

/** A listener that is further behind than this is cut off rather than fed from an ever longer queue. */
const MOST_WAITING = 10_000;
/** The same in characters of the texts that wait. */
const MOST_WAITING_TEXT = 8 * 1024 * 1024;

export interface EventMessage {
  readonly name: string;
  readonly at: string;
  readonly data: Record<string, unknown>;
}

/** Events between the server that tells them and one listener that reads them at its own pace. */
export class EventQueue implements AsyncIterableIterator<EventMessage> {
  readonly #signal: AbortSignal;
  readonly #waiting: EventMessage[] = [];
  readonly #closers: (() => void)[] = [];
  readonly #onAbort = () => this.#end();
  #waitingText = 0;
  #readers: (() => void)[] = [];
  #ended = false;
  #fault: RmmError | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    if (signal.aborted) this.#ended = true;
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onClose(run: () => void): void {
    if (this.#ended) run();
    else this.#closers.push(run);
  }

  push(message: EventMessage): void {
    if (this.#ended) return;
    const text = textOf(message);
    if (
      this.#waiting.length >= MOST_WAITING ||
      (this.#waitingText > 0 && this.#waitingText + text > MOST_WAITING_TEXT)
    ) {
      this.fail(new RmmError('RATE_LIMITED', 'The listener fell too far behind; subscribe again and read anew'));
      return;
    }
    this.#waiting.push(message);
    this.#waitingText += text;
    this.#wake();
  }

  /** Ends the queue; the reader gets what waits, then this error. */
  fail(error: RmmError): void {
    if (this.#ended) return;
    this.#fault = error;
    this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<EventMessage>> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message) {
        this.#waitingText -= textOf(message);
        return { done: false, value: message };
      }
      if (this.#fault) throw this.#fault;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
  }

  async return(): Promise<IteratorResult<EventMessage>> {
    this.#waiting.length = 0;
    this.#waitingText = 0;
    this.#end();
    return { done: true, value: undefined };
  }

  #end(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    for (const run of this.#closers.splice(0)) run();
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#readers.splice(0)) resume();
  }
}

/** Ids are short; only the output of scripts counts. */
function textOf({ data }: EventMessage): number {
  return typeof data.text === 'string' ? data.text.length : 0;
}
