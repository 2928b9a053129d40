import type { RmmEventName } from '@rmm/core';
import { isRmmError, RmmError } from '@rmm/protocol';
import { createEmitter } from '../emitter.js';
import type { Store, Unsubscribe } from '../store/store.js';
import { ValueStore } from '../store/store.js';
import { type EventPattern, type LiveEvent, matchesEvent } from './event-message.js';
import { readEvents } from './read-events.js';

/** How the live connection stands. `waiting`: lost, tries again soon; `refused`: the server knows no session. */
export type LiveState = 'stopped' | 'connecting' | 'open' | 'waiting' | 'refused';

type EventOf<Name> = Name extends RmmEventName ? Extract<LiveEvent, { name: Name }> : LiveEvent;
type Signals = { event: LiveEvent; resync: undefined };

export interface LiveOptions {
  /** Opens the stream. */
  readonly open: (signal: AbortSignal) => Promise<Response>;
  /** First pause before another try, milliseconds; doubles up to 32 times of it, and each is shortened at random. */
  readonly backoffMs?: number;
  /** A stream without a sign of life for so long counts as dead, milliseconds. */
  readonly silenceMs?: number;
}

/** A connection that lasted so long was a good one: the next tries begin with short pauses again. */
const SETTLED_MS = 10_000;

/** Events as they happen. Reconnects by itself; whoever keeps state reads it anew on `resync`, for events may be missing. */
export class LiveEvents implements Store<LiveState> {
  readonly #options: Required<LiveOptions>;
  readonly #state = new ValueStore<LiveState>('stopped');
  readonly #signals = createEmitter<Signals>();
  #running: AbortController | undefined;
  #wakeUp: (() => void) | undefined;
  #wasOpen = false;

  constructor(options: LiveOptions) {
    this.#options = { backoffMs: 500, silenceMs: 60_000, ...options };
  }

  readonly getSnapshot = (): LiveState => this.#state.getSnapshot();
  readonly subscribe = (listener: () => void): Unsubscribe => this.#state.subscribe(listener);

  /** Listens to events by name or pattern. */
  on<const Pattern extends EventPattern>(pattern: Pattern, listener: (event: EventOf<Pattern>) => void): Unsubscribe {
    const heard = (event: LiveEvent) => {
      if (matchesEvent(pattern, event.name)) apart(() => listener(event as EventOf<Pattern>));
    };
    this.#signals.on('event', heard);
    return () => this.#signals.off('event', heard);
  }

  /** Tells that the connection was lost and is back. */
  onResync(listener: () => void): Unsubscribe {
    const heard = () => apart(listener);
    this.#signals.on('resync', heard);
    return () => this.#signals.off('resync', heard);
  }

  /** Connects, and stays connected until {@link stop}. Again after `refused`: tries anew at once. */
  start(): void {
    if (this.#running) {
      this.#wakeUp?.();
      return;
    }
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  /** Disconnects. What happens until the next start is told by `resync`. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#state.set('stopped');
  }

  /** Opens the connection anew, as when other rights hold for it. Does nothing when stopped. */
  reconnect(): void {
    if (!this.#running) return;
    this.#running.abort();
    this.#running = undefined;
    this.start();
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      this.#state.set('connecting');
      const began = Date.now();
      const error = await this.#listen(signal);
      if (signal.aborted) return;
      if (Date.now() - began > SETTLED_MS) failures = 0;
      if (isRmmError(error, 'UNAUTHENTICATED')) {
        this.#running = undefined;
        this.#state.set('refused');
        return;
      }
      this.#state.set('waiting');
      await this.#pause(failures++, signal);
    }
  }

  /** One connection, until it ends; gives the error that ended it. */
  async #listen(stopped: AbortSignal): Promise<unknown> {
    const silent = new AbortController();
    const signal = AbortSignal.any([stopped, silent.signal]);
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => silent.abort(), this.#options.silenceMs);
    };
    try {
      alive();
      const response = await this.#options.open(signal);
      this.#state.set('open');
      if (this.#wasOpen) this.#signals.emit('resync', undefined);
      this.#wasOpen = true;
      for await (const event of readEvents(response, alive)) this.#signals.emit('event', event);
      return new RmmError('SERVER_UNREACHABLE', 'The live connection ended.');
    } catch (error) {
      return error;
    } finally {
      clearTimeout(watchdog);
    }
  }

  #pause(failures: number, signal: AbortSignal): Promise<void> {
    const longest = this.#options.backoffMs * 2 ** Math.min(failures, 5);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wakeUp = undefined;
        resolve();
      };
      const timer = setTimeout(done, longest * (0.5 + Math.random() / 2));
      signal.addEventListener('abort', done);
      this.#wakeUp = done;
    });
  }
}

/** A listener's fault is the page's to report; it must not cut the connection. */
function apart(action: () => void): void {
  try {
    action();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
