import { RmmError } from '@rmm/protocol';
import type { EventMessage, EventQueue } from './event-queue.js';

/** What of a queue its listener may hear now; asked anew for every event, for rights change while someone listens. */
export class HeardEvents implements AsyncIterableIterator<EventMessage> {
  readonly #queue: EventQueue;
  readonly #isWanted: (name: string) => boolean;
  readonly #hear: (message: EventMessage) => Promise<readonly EventMessage[]>;
  readonly #ready: EventMessage[] = [];

  /**
   * @param hear - what the listener gets to hear of an event; rejects when it may hear nothing at all any more, and the
   * stream then ends with that error
   */
  constructor(
    queue: EventQueue,
    isWanted: (name: string) => boolean,
    hear: (message: EventMessage) => Promise<readonly EventMessage[]>,
  ) {
    this.#queue = queue;
    this.#isWanted = isWanted;
    this.#hear = hear;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<EventMessage>> {
    for (;;) {
      const value = this.#ready.shift();
      if (value) return { done: false, value };
      const result = await this.#queue.next();
      if (result.done) return result;
      try {
        for (const heard of await this.#hear(result.value)) if (this.#isWanted(heard.name)) this.#ready.push(heard);
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
