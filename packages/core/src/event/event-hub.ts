import { EventEmitter } from 'eventemitter3';
import type { Logger } from '../port/logger.js';
import { frozenCopy } from './frozen-copy.js';
import type { RmmEventName, RmmEvents } from './rmm-events.js';

type Any = (name: RmmEventName, payload: RmmEvents[RmmEventName]) => unknown;

/** Hands events to listeners, each shielded from the others' faults: what they get, none of them can change. */
export class EventHub {
  readonly #emitter = new EventEmitter();
  readonly #any = new Set<Any>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The returned function ends it. All listeners get the same frozen payload. */
  on<Name extends RmmEventName>(name: Name, listener: (payload: RmmEvents[Name]) => unknown): () => void {
    const shielded = (payload: RmmEvents[Name]) => this.#shield(name, () => listener(payload));
    this.#emitter.on(name, shielded);
    return () => this.#emitter.off(name, shielded);
  }

  onAny(listener: Any): () => void {
    this.#any.add(listener);
    return () => this.#any.delete(listener);
  }

  emit<Name extends RmmEventName>(name: Name, given: RmmEvents[Name]): void {
    const payload = frozenCopy(given);
    this.#emitter.emit(name, payload);
    for (const listener of this.#any) this.#shield(name, () => listener(name, payload));
  }

  #shield(name: string, run: () => unknown): void {
    const failed = (error: unknown) => this.#logger.error('A listener failed', { event: name, error: String(error) });
    try {
      const returned = run();
      if (returned instanceof Promise) returned.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
