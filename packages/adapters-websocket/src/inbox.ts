import type { FairTurns, Worker } from './fair-turns.js';

/** Messages and bytes that may wait before the socket is read no further. */
const MOST_WAITING = 32;
const MOST_WAITING_BYTES = 64 * 1024;

/** Whose messages the inbox keeps in order. */
export interface InboxOwner {
  /** Takes one message; the next one comes when the promise has settled. Undefined: it wants no more. */
  take(bytes: Buffer): Promise<void> | undefined;
  /** What `take` rejected with. */
  failed(error: unknown): void;
}

/** The part of a WebSocket that the inbox needs. */
export interface Tap {
  pause(): void;
  resume(): void;
}

/**
 * Hands in the messages of one link one after the other, and stops the socket when they come faster than they are taken
 * or when the event loop's turn is used up.
 */
export class Inbox implements Worker {
  readonly #owner: InboxOwner;
  readonly #socket: Tap;
  readonly #turns: FairTurns;
  /** Undefined while nothing waits: an idle link owns no queue. */
  #waiting: (Buffer | undefined)[] | undefined = undefined;
  /** Where in the queue the first is; taking it out of the array would move all others. */
  #first = 0;
  #waitingBytes = 0;
  #busy = false;
  #paused = false;
  #queued = false;
  #closed = false;

  constructor(owner: InboxOwner, socket: Tap, turns: FairTurns) {
    this.#owner = owner;
    this.#socket = socket;
    this.#turns = turns;
  }

  push(bytes: Buffer): void {
    if (this.#closed) return;
    const hasTime = this.#turns.hasTime();
    if (hasTime && !this.#busy && !this.#waiting) {
      this.#hand(bytes);
      return;
    }
    this.#waiting ??= [];
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!hasTime || this.#waiting.length - this.#first >= MOST_WAITING || this.#waitingBytes >= MOST_WAITING_BYTES)
      this.pause();
    if (!this.#busy) this.#goLater();
  }

  /** Something other than a message took time: read on in a later turn when this one is used up. */
  yield(): void {
    if (this.#closed || this.#turns.hasTime()) return;
    this.pause();
    if (!this.#busy) this.#goLater();
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  /** Forgets what waits and takes nothing more; the socket is read again, for the sake of an orderly close. */
  close(): void {
    this.#closed = true;
    this.#waiting = undefined;
    this.#first = 0;
    this.#resume();
  }

  go(): void {
    this.#queued = false;
    if (!this.#closed && !this.#busy) this.#next();
  }

  #hand(bytes: Buffer): void {
    this.#busy = true;
    const taken = this.#owner.take(bytes);
    if (!taken) {
      this.#busy = false;
      return;
    }
    // Two closures a frame, rather than two for every idle link.
    taken.then(
      () => this.#settled(),
      (error) => {
        this.#owner.failed(error);
        this.#settled();
      },
    );
  }

  #settled(): void {
    this.#busy = false;
    if (this.#closed || (!this.#waiting && !this.#paused)) return;
    if (this.#turns.hasTime()) this.#next();
    else this.#goLater();
  }

  /** Hands in what waits longest, or reads on when nothing does. */
  #next(): void {
    const waiting = this.#waiting;
    const bytes = waiting?.[this.#first];
    if (!waiting || !bytes) {
      this.#resume();
      return;
    }
    waiting[this.#first] = undefined;
    this.#first += 1;
    this.#waitingBytes -= bytes.length;
    if (this.#first === waiting.length) {
      this.#waiting = undefined;
      this.#first = 0;
    }
    this.#hand(bytes);
  }

  #goLater(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#turns.later(this);
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }
}
