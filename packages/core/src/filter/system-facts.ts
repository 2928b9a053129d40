import { RmmError } from '@rmm/protocol';
import type { Clock } from '../port/clock.js';
import type { MembershipEvent } from './fact-index.js';
import { type IndexParts, type Stale, SystemIndex } from './system-index.js';
import type { Memberships } from './watched-filters.js';

/** So often an index is read that is given up while it is being read. */
const MOST_ATTEMPTS = 3;
/** So often what changed is stored for the next reading of the index. */
const STORE_MS = 15 * 60_000;
/** An index that nobody asks for so long is given up, unless something may change before it has been so long again. */
const IDLE_MS = 30 * 60_000;
/** So many calls of {@link SystemFacts.advance} lie at most between two attempts to read what could not be read. */
const MOST_PAUSES = 32;

interface Parts extends IndexParts {
  readonly clock: Clock;
  readonly tell: (events: readonly MembershipEvent[]) => void;
}

/**
 * Keeps one System's index in step with storage. The index is made when first asked for. Changes are told by id; they
 * are read in passes, one after the other, so that an older state never overwrites a newer one, and changes told while
 * a pass is under way share the next one.
 *
 * An idle System's index is given up; who is in which filter stays known. It is read again when somebody asks, when a
 * change is told, or when a relative date comes true, so that nobody's entering or leaving is told late.
 */
export class SystemFacts {
  readonly #parts: Parts;
  #current: SystemIndex | undefined;
  /** The last index before the current one was given up. */
  #former: SystemIndex | undefined;
  /** Who was in which filter in the last index that was given up: what was told last. */
  #told: Memberships = new Map();
  /** When an index given up for idleness must be read again. */
  #wakeAt = Number.POSITIVE_INFINITY;
  /** After a failure: how often time passes before the index is read again though nobody asks; undefined without one. */
  #retryIn: number | undefined;
  #failures = 0;
  #evicted = false;
  #usedAt = 0;
  #storedAt = 0;
  #storing: Promise<void> = Promise.resolve();
  #opening: Promise<SystemIndex> | undefined;
  #stale = new StaleIds();
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  /** Of the pass under way. */
  #untold: MembershipEvent[] | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The index, showing at least every change that was told before. @throws what storage throws */
  open(): Promise<SystemIndex> {
    this.#usedAt = this.#parts.clock.now();
    return this.#open();
  }

  #open(): Promise<SystemIndex> {
    if (this.#opening) return this.#opening;
    if (this.#current) return Promise.resolve(this.#current);
    const opening = this.#load()
      .catch((error: unknown) => {
        this.#retryLater();
        throw error;
      })
      .finally(() => {
        if (this.#opening === opening) this.#opening = undefined;
      });
    this.#opening = opening;
    return opening;
  }

  /** Resolves when {@link open} gives an index that shows these changes. Never rejects. */
  async refresh(change: Partial<Record<keyof Stale, Iterable<string>>>): Promise<void> {
    this.#stale.add(change);
    if (this.#current) await this.#pass();
    // Without an index there is nothing to do: whoever asks for one waits until it shows what was told until then. Only
    // where one was given up though filters are watched, somebody may wait for who enters and leaves.
    else if (this.#evicted && this.#told.size > 0) await this.#wake();
  }

  /** Called as time passes: moves the clock of relative dates, stores what is worth it, gives up or reads the index. */
  advance(now: number): void {
    const index = this.#current;
    if (!index) {
      if (this.#isDue(now)) void this.#wake();
      return;
    }
    this.#tell(index.facts.advance(now));
    if (now - this.#storedAt >= STORE_MS) this.#store(index, now);
    if (now - this.#usedAt < IDLE_MS || this.#opening || this.#next) return;
    const quietUntil = index.quietUntil();
    if (quietUntil - now >= IDLE_MS) void this.#evict(index, quietUntil);
  }

  /** Stores what spares work when the index is next read, and gives it up for good. */
  async close(): Promise<void> {
    await this.idle();
    if (this.#current) this.#store(this.#current, this.#parts.clock.now());
    await this.#storing;
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
    await this.#storing;
  }

  /** Whether an index that is not there must be read now. */
  #isDue(now: number): boolean {
    if (this.#evicted && now >= this.#wakeAt) return true;
    return this.#retryIn !== undefined && --this.#retryIn <= 0;
  }

  /** Somebody may wait for who enters and leaves: what could not be read is read again, in ever longer pauses. */
  #retryLater(): void {
    this.#retryIn = Math.min(2 ** this.#failures++, MOST_PAUSES);
  }

  async #evict(index: SystemIndex, until: number): Promise<void> {
    const running = this.#running;
    await running;
    await this.#storing;
    const asked = this.#parts.clock.now() - this.#usedAt < IDLE_MS;
    // What a pass tells that began meanwhile would not be among what was told.
    const passing = this.#next !== undefined || this.#running !== running;
    if (this.#current !== index || this.#opening || !this.#stale.isEmpty || asked || passing) return;
    this.drop();
    this.#forget();
    this.#evicted = true;
    this.#wakeAt = until;
  }

  async #wake(): Promise<void> {
    await this.#open().catch((error: unknown) => this.#warn('The index of devices could not be read yet', error));
  }

  #store(index: SystemIndex, now: number): void {
    this.#storedAt = now;
    this.#storing = this.#storing
      .then(() => index.store())
      .catch((error: unknown) => this.#warn('What makes the index of devices quick to read was not stored', error));
  }

  /** Lets go of the former index, but for what was told of it. Only when no pass is under way. */
  #forget(): void {
    if (this.#former) this.#told = this.#former.filters.memberships();
    this.#former = undefined;
  }

  #warn(message: string, error: unknown): void {
    this.#parts.logger.warn(message, { systemId: this.#parts.data.systemId, error: String(error) });
  }

  async #load(attempts = MOST_ATTEMPTS): Promise<SystemIndex> {
    await this.#running;
    this.#forget();
    this.#stale = new StaleIds();
    const index = new SystemIndex(this.#parts, this.#parts.clock.now());
    await index.load();
    this.#parts.tell([...index.filters.differenceFrom(this.#told)]);
    this.#told = new Map();
    this.#evicted = false;
    this.#retryIn = undefined;
    this.#current = index;
    // One more pass for what was told while the load was under way, and the time that passed meanwhile.
    await this.#pass();
    if (this.#current === index) {
      this.#tell(index.facts.advance(this.#parts.clock.now()));
      this.#failures = 0;
      return index;
    }
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
    const events: MembershipEvent[] = [];
    this.#untold = events;
    try {
      await index.update(stale, events);
    } catch (error) {
      // The change itself is stored. An index that does not show it is worth nothing.
      this.#warn('The index of devices is read anew, since a change could not be read', error);
      if (this.#current === index) {
        this.drop();
        this.#retryLater();
      }
    } finally {
      this.#untold = undefined;
      this.#parts.tell(events);
    }
  }

  /** What happens during a pass is told after what the pass did before. */
  #tell(events: readonly MembershipEvent[]): void {
    if (!this.#untold) this.#parts.tell(events);
    else for (const event of events) this.#untold.push(event);
  }
}

class StaleIds implements Stale {
  readonly devices = new Set<string>();
  readonly profiles = new Set<string>();
  readonly filters = new Set<string>();
  readonly groups = new Set<string>();

  get isEmpty(): boolean {
    return this.devices.size + this.profiles.size + this.filters.size + this.groups.size === 0;
  }

  add(change: Partial<Record<keyof Stale, Iterable<string>>>): void {
    for (const id of change.devices ?? []) this.devices.add(id);
    for (const id of change.profiles ?? []) this.profiles.add(id);
    for (const id of change.filters ?? []) this.filters.add(id);
    for (const id of change.groups ?? []) this.groups.add(id);
  }
}
