import type { AsyncResource } from 'node:async_hooks';
import { RmmError } from '@rmm/protocol';
import type { RoleRow } from '../access/access-models.js';
import type { Directory } from '../access/directory.js';
import type { Member } from '../access/member.js';
import type { Data } from '../data/data.js';
import { remembered } from '../data/remembered.js';
import { breathe } from '../filter/breathe.js';
import type { Clock } from '../port/clock.js';
import { EventBacklog } from './event-backlog.js';
import type { EventMessage } from './event-contract.js';
import { EventEar, moves } from './event-ear.js';
import { type EventListener, VISIBILITY } from './event-listener.js';
import { tooFarBehind } from './event-queue.js';
import { type EventSight, type StoredThing, seesStored } from './event-sight.js';

/** So many events of one System, and characters of the texts in them, may wait to be told. All listeners share them. */
const MOST_UNTOLD = 100_000;
const MOST_UNTOLD_TEXT = 64 * 1024 * 1024;

interface Parts {
  readonly systemId: string;
  readonly directory: Pick<Directory, 'changes' | 'members' | 'accessesNow'>;
  readonly data: Data;
  readonly sight: EventSight;
  /** The permissions that each event needs. */
  readonly needed: ReadonlyMap<string, readonly string[]>;
  readonly clock: Pick<Clock, 'now'>;
  /** Where telling runs: not in the transaction of whoever made something happen. */
  readonly outside: AsyncResource;
}

/**
 * Those who listen to one System. An event is told to one after the other as things are when it is told, not as they were
 * when it happened: what it names is held against what each role shows once, however many listeners have the role.
 */
export class EventAudience {
  readonly #parts: Parts;
  readonly #listeners = new Set<EventListener>();
  /** With whom each shares its rights; not there until that was found out. */
  readonly #earOf = new Map<EventListener, EventEar>();
  /** By role and security level; null for the host. */
  readonly #ears = new Map<RoleRow | null, Map<number, EventEar>>();
  readonly #untold = new EventBacklog(MOST_UNTOLD, MOST_UNTOLD_TEXT);
  /** By name of an event: whether anybody waits for it. */
  readonly #awaited = new Map<string, boolean>();
  #telling = false;
  /** How many events were told, with the one that is being told. */
  #told = 0;
  #gathering: Promise<void> | undefined;
  #newcomers = false;
  /** The changes of users and roles as of when everybody's were last read. */
  #seen: number | undefined;
  /** Grows when somebody comes, goes or gets other rights. */
  #moves = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: EventListener): void {
    listener.since = this.#told + this.#untold.size;
    this.#listeners.add(listener);
    this.#newcomers = true;
    this.#awaited.clear();
  }

  delete(listener: EventListener): void {
    this.#listeners.delete(listener);
    this.#awaited.clear();
    this.#leave(listener);
    if (this.isEmpty) this.#untold.clear();
  }

  /** Whether it makes a difference to anybody that such an event is told. */
  awaits(name: string): boolean {
    return remembered(this.#awaited, name, () => {
      if (name === 'user.changed' || name === 'role.changed') return true;
      return [...this.#listeners].some((listener) => awaitedBy(listener, name));
    });
  }

  tell(message: EventMessage): void {
    if (!this.#untold.add(message)) {
      for (const listener of this.#listeners) {
        if (awaitedBy(listener, message.name)) listener.queue.fail(tooFarBehind());
      }
      return;
    }
    if (this.#telling) return;
    this.#telling = true;
    this.#parts.outside.runInAsyncScope(() => void this.#tellAll());
  }

  /**
   * Whether a listener may hear now what had to wait for it.
   * @throws RmmError when it may hear nothing at all any more
   */
  async hears(listener: EventListener, message: EventMessage): Promise<boolean> {
    if (message.name === VISIBILITY) return true;
    for (;;) {
      const ear = this.#earOf.get(listener);
      if (!ear) return this.#hearsAside(listener, message);
      const hears = await remembered(ear.asked, message, () =>
        this.#hearing(
          () => [ear],
          message,
          (hearing) => hearing.has(ear),
        ).finally(() => ear.asked.delete(message)),
      );
      if (this.#earOf.get(listener) === ear) return hears || listener.isAbout(message.name, message.data);
    }
  }

  /** The same for one whose stream has ended, and who is only left to read what waits. */
  async #hearsAside(listener: EventListener, message: EventMessage): Promise<boolean> {
    const { actor } = listener;
    const { directory, systemId, needed } = this.#parts;
    const [member] = actor.kind === 'user' ? await directory.members(systemId, [actor]) : [];
    if (member instanceof RmmError) throw member;
    const ear = new EventEar(member, needed);
    ear.listeners.add(listener);
    return this.#hearing(
      () => [ear],
      message,
      (hearing) => hearing.has(ear) || listener.isAbout(message.name, message.data),
    );
  }

  async #tellAll(): Promise<void> {
    for (let message = this.#untold.take(); message; message = this.#untold.take()) {
      try {
        await this.#tellNext(message);
      } catch (error) {
        // Better to have them subscribe again than to leave something out unsaid.
        for (const { queue } of this.#listeners) queue.fail(error);
      }
      // Those who keep up read it now, and then wait for the next one.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      await breathe();
    }
    this.#telling = false;
  }

  async #tellNext(message: EventMessage): Promise<void> {
    const number = this.#told++;
    const ears = () => this.#allEars();
    await this.#hearing(ears, message, (hearing) => {
      const now = this.#parts.clock.now();
      for (const ear of ears()) ear.tell(message, number, hearing.has(ear), now);
    });
  }

  /** Finds who may hear an event, and at once makes use of it: once something was awaited, it may hold no more. */
  async #hearing<T>(
    choose: () => Iterable<EventEar>,
    message: EventMessage,
    use: (hearing: ReadonlySet<EventEar>) => T,
  ): Promise<T> {
    const { sight } = this.#parts;
    const stored = sight.storedIn(message.data);
    const mayHear = (ear: EventEar) =>
      ear.isAbout(message.name, message.data) ||
      (ear.access !== undefined && ear.permits(message.name) && sight.showsPlaces(ear.access, message.data));
    for (;;) {
      await this.#gather();
      const before = this.#moves;
      await this.#look(choose());
      let hearing = [...choose()].filter((ear) => ear.wants(message.name) && mayHear(ear));
      if (stored.length > 0 && hearing.length > 0) {
        hearing = await this.#askStorage(hearing, stored, message);
        await this.#look(hearing);
        hearing = hearing.filter(mayHear);
      }
      if (before === this.#moves && !this.#isOutdated) return use(new Set(hearing));
    }
  }

  async #askStorage(
    ears: readonly EventEar[],
    stored: readonly StoredThing[],
    { name, data: payload }: EventMessage,
  ): Promise<EventEar[]> {
    const { data } = this.#parts;
    const answers = ears.map(async (ear) => {
      if (ear.isAbout(name, payload)) return [ear];
      try {
        return ear.access && (await seesStored(stored, ear.access, data, payload)) ? [ear] : [];
      } catch (error) {
        return this.#fail(ear, error);
      }
    });
    return (await Promise.all(answers)).flat();
  }

  /** Asks what each may see at this moment. */
  async #look(ears: Iterable<EventEar>): Promise<void> {
    const all = [...ears];
    const { directory, systemId } = this.#parts;
    const members = all.map(({ member }) => member);
    try {
      const accesses = await directory.accessesNow(systemId, members);
      for (const [at, ear] of all.entries()) ear.access = accesses[at];
    } catch (error) {
      const [one, ...others] = all;
      if (one && others.length === 0) this.#fail(one, error);
      // Who sees everything needs nothing of what failed.
      else for (const ear of all) await this.#look([ear]);
    }
  }

  #fail(ear: EventEar, error: unknown): [] {
    ear.access = undefined;
    for (const { queue } of ear.listeners) queue.fail(error);
    return [];
  }

  get #isOutdated(): boolean {
    return this.#newcomers || this.#seen !== this.#parts.directory.changes;
  }

  /** Brings up to date who has which rights. */
  async #gather(): Promise<void> {
    // Of what other processes change nothing is told here: it is read each time, and from now on.
    if (this.#parts.directory.changes === undefined) await this.#gathering;
    else if (!this.#isOutdated) return;
    do {
      this.#gathering ??= this.#readMembers().finally(() => {
        this.#gathering = undefined;
      });
      await this.#gathering;
    } while (this.#isOutdated);
  }

  async #readMembers(): Promise<void> {
    const { directory, systemId } = this.#parts;
    const { changes } = directory;
    this.#newcomers = false;
    const listeners = [...this.#listeners];
    const users = listeners.flatMap(({ actor }) => (actor.kind === 'user' ? [actor] : []));
    try {
      const members = (await directory.members(systemId, users)).values();
      for (const listener of listeners) {
        const member = listener.actor.kind === 'user' ? members.next().value : undefined;
        if (!this.#listeners.has(listener)) continue;
        if (member instanceof RmmError) listener.queue.refuse(member);
        else this.#join(listener, member);
      }
      this.#seen = changes;
    } catch (error) {
      for (const { actor, queue } of listeners) if (actor.kind === 'user') queue.fail(error);
    }
  }

  #join(listener: EventListener, member: Member | undefined): void {
    const ears = remembered(this.#ears, member?.role ?? null, () => new Map<number, EventEar>());
    const level = member?.user.securityLevel ?? 0;
    const ear = remembered(ears, level, () => new EventEar(member, this.#parts.needed));
    if (this.#earOf.get(listener) === ear) return;
    this.#leave(listener);
    this.#moves += 1;
    ear.listeners.add(listener);
    this.#earOf.set(listener, ear);
    listener.version = undefined;
  }

  #leave(listener: EventListener): void {
    const ear = this.#earOf.get(listener);
    if (!ear) return;
    this.#moves += 1;
    this.#earOf.delete(listener);
    ear.listeners.delete(listener);
    if (ear.listeners.size > 0) return;
    const role = ear.member?.role ?? null;
    const ears = this.#ears.get(role);
    ears?.delete(ear.member?.user.securityLevel ?? 0);
    if (ears?.size === 0) this.#ears.delete(role);
  }

  *#allEars(): Generator<EventEar, void, undefined> {
    for (const ears of this.#ears.values()) yield* ears.values();
  }
}

/** Whether it makes a difference to a listener that such an event is told. */
const awaitedBy = ({ wants, watches }: EventListener, name: string): boolean => wants(name) || (watches && moves(name));
