import { RmmError } from '@rmm/protocol';
import type { EventMessage, EventQueue } from './event-queue.js';

/** What of a queue its listener may hear now; asked anew for every event, for rights change while someone listens. */
export class HeardEvents implements AsyncIterableIterator<EventMessage> {
  readonly #queue: EventQueue;
  readonly #isWanted: (name: string) => boolean;
  readonly #mayHear: (name: string) => Promise<boolean>;

  /** @param mayHear - rejects when the listener may hear nothing at all any more; the stream then ends with that error */
  constructor(queue: EventQueue, isWanted: (name: string) => boolean, mayHear: (name: string) => Promise<boolean>) {
    this.#queue = queue;
    this.#isWanted = isWanted;
    this.#mayHear = mayHear;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<EventMessage>> {
    for (;;) {
      const result = await this.#queue.next();
      if (result.done) return result;
      try {
        if ((await this.#mayHear(result.value.name)) && this.#isWanted(result.value.name)) return result;
      } catch (error) {
        await this.#queue.return();
        throw error;
      }
    }
  }

  return(): Promise<IteratorResult<EventMessage>> {
    return this.#queue.return();
  }
}

export const stopping = (): RmmError => new RmmError('SHUTTING_DOWN', 'The server is stopping; subscribe again later');
