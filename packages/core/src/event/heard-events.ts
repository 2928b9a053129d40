import { RmmError } from '@rmm/protocol';
import type { EventMessage } from './event-contract.js';
import type { EventQueue } from './event-queue.js';

/**
 * What of a queue its listener may hear now. Whoever puts something into the queue has asked that in the same moment, so
 * that a reader who waits gets it as it is; what had to wait for its reader is asked again, for rights change meanwhile.
 */
export class HeardEvents implements AsyncIterableIterator<EventMessage> {
  readonly #queue: EventQueue;
  readonly #hears: (message: EventMessage) => Promise<boolean>;

  /**
   * @param hears - whether the listener may hear an event; rejects when it may hear nothing at all any more, and the stream
   * then ends with that error
   */
  constructor(queue: EventQueue, hears: (message: EventMessage) => Promise<boolean>) {
    this.#queue = queue;
    this.#hears = hears;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<EventMessage>> {
    return this.#queue.isEmpty ? this.#queue.next() : this.#nextOfWaiting();
  }

  return(): Promise<IteratorResult<EventMessage>> {
    return this.#queue.return();
  }

  async #nextOfWaiting(): Promise<IteratorResult<EventMessage>> {
    for (let value = this.#queue.take(); value; value = this.#queue.take()) {
      try {
        if (await this.#hears(value)) return { done: false, value };
      } catch (error) {
        await this.#queue.return();
        throw error;
      }
    }
    return this.#queue.next();
  }
}

export const stopping = (): RmmError => new RmmError('SHUTTING_DOWN', 'The server is stopping; subscribe again later');
