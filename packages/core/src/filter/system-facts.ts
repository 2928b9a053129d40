import { RmmError } from '@rmm/protocol';
import type { Clock } from '../port/clock.js';
import type { MembershipEvent } from './fact-index.js';
import { type IndexParts, type Stale, SystemIndex } from './system-index.js';

/** So often an index is read that is given up while it is being read. */
const MOST_ATTEMPTS = 3;

interface Parts extends IndexParts {
  readonly clock: Clock;
  readonly tell: (events: readonly MembershipEvent[]) => void;
}

/**
 * Keeps one System's index in step with storage. The index is made when first asked for. Changes are told by id; they
 * are read in passes, one after the other, so that an older state never overwrites a newer one, and changes told while
 * a pass is under way share the next one.
 */
export class SystemFacts {
  readonly #parts: Parts;
  #current: SystemIndex | undefined;
  /** The last index before the current one was given up, to tell who entered and left meanwhile. */
  #former: SystemIndex | undefined;
  #opening: Promise<SystemIndex> | undefined;
  #stale = new StaleIds();
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The index, showing at least every change that was told before. @throws what storage throws */
  open(): Promise<SystemIndex> {
    if (this.#opening) return this.#opening;
    if (this.#current) return Promise.resolve(this.#current);
    const opening = this.#load().finally(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  /** Resolves when {@link open} gives an index that shows these changes. Never rejects. */
  async refresh(change: Partial<Record<keyof Stale, Iterable<string>>>): Promise<void> {
    this.#stale.add(change);
    // Without an index there is nothing to do: whoever asks for one waits until it shows what was told until then.
    if (this.#current) await this.#pass();
  }

  /** Moves the clock of relative dates. */
  advance(now: number): void {
    if (this.#current) this.#parts.tell(this.#current.facts.advance(now));
  }

  /** Gives the index up; the next to ask gets a new one. */
  drop(): void {
    this.#former = this.#current ?? this.#former;
    this.#current = undefined;
  }

  /** Resolves when nothing is being read any more. */
  async idle(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.#next;
    await this.#running;
  }

  async #load(attempts = MOST_ATTEMPTS): Promise<SystemIndex> {
    await this.#running;
    this.#stale = new StaleIds();
    const index = new SystemIndex(this.#parts, this.#parts.clock.now());
    await index.load();
    if (this.#former) this.#parts.tell(this.#former.differenceTo(index));
    this.#former = undefined;
    this.#current = index;
    // One more pass for what was told while the load was under way.
    await this.#pass();
    if (this.#current === index) return index;
    if (attempts > 1) return this.#load(attempts - 1);
    throw new RmmError('STORAGE_BUSY', 'The index of devices could not be read; try again');
  }

  /** A pass that begins after now. */
  #pass(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      this.#running = this.#update();
      return this.#running;
    });
    return this.#next;
  }

  async #update(): Promise<void> {
    const index = this.#current;
    if (!index || this.#stale.isEmpty) return;
    const stale = this.#stale;
    this.#stale = new StaleIds();
    try {
      this.#parts.tell(await index.update(stale));
    } catch (error) {
      // The change itself is stored. An index that does not show it is worth nothing.
      this.#parts.logger.warn('The index of devices is read anew, since a change could not be read', {
        systemId: this.#parts.data.systemId,
        error: String(error),
      });
      if (this.#current === index) this.drop();
    }
  }
}

class StaleIds implements Stale {
  readonly devices = new Set<string>();
  readonly profiles = new Set<string>();
  readonly filters = new Set<string>();

  get isEmpty(): boolean {
    return this.devices.size + this.profiles.size + this.filters.size === 0;
  }

  add(change: Partial<Record<keyof Stale, Iterable<string>>>): void {
    for (const id of change.devices ?? []) this.devices.add(id);
    for (const id of change.profiles ?? []) this.profiles.add(id);
    for (const id of change.filters ?? []) this.filters.add(id);
  }
}
