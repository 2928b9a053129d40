import type { Access } from '../access/access.js';
import type { Member } from '../access/member.js';
import type { DeviceSet } from '../filter/device-set.js';
import type { EventMessage } from './event-contract.js';
import { type EventListener, matcher, VISIBILITY } from './event-listener.js';
import { areDifferent, ShownDevices } from './shown-devices.js';

/** After these a role may show other devices than before. */
export const moves = matcher(['device.*', 'filter.*', 'group.changed', 'profile.changed', 'role.changed']);

/**
 * All listeners with the same rights, who therefore hear the same of what they want: what an event costs is worked out
 * once for each ear, however many listen with it.
 */
export class EventEar {
  /** Undefined for the host. Of a user only the role and the security level count. */
  readonly member: Member | undefined;
  /** As it was last found; until then nothing is heard. */
  access: Access | undefined;
  readonly listeners = new Set<EventListener>();
  /** What is being asked again about events that waited for their reader. */
  readonly asked = new Map<EventMessage, Promise<boolean>>();
  readonly #permitted = new Map<string, boolean>();
  readonly #needed: ReadonlyMap<string, readonly string[]>;
  #shown: ShownDevices | undefined;
  /** Grows when other devices are shown. */
  #version = 0;

  /** @param needed - the permissions that each event needs */
  constructor(member: Member | undefined, needed: ReadonlyMap<string, readonly string[]>) {
    this.member = member;
    this.#needed = needed;
  }

  /** Whether the role gives a right to events of this name, whatever they are about. */
  permits(name: string): boolean {
    const known = this.#permitted.get(name);
    if (known !== undefined) return known;
    const { access } = this;
    if (!access) return false;
    const needed = this.#needed.get(name);
    const permits = needed?.every((permission) => access.level(permission) !== 'disabled') ?? false;
    this.#permitted.set(name, permits);
    return permits;
  }

  /** What changes one's own rights, everyone may know. */
  isAbout(name: string, data: EventMessage['data']): boolean {
    return name === 'role.changed' && this.member !== undefined && data.roleId === this.member.role.id;
  }

  wants(name: string): boolean {
    for (const listener of this.listeners) if (listener.wants(name)) return true;
    return false;
  }

  /**
   * Hands an event to those who want it, then tells those who are shown other devices.
   * @param number - of the event in its audience
   * @param hears - whether the role lets them hear it
   */
  tell(message: EventMessage, number: number, hears: boolean, now: number): void {
    const { name, data } = message;
    if (hears) for (const listener of this.listeners) listener.tell(message, number);
    else if (name === 'user.changed') {
      for (const listener of this.listeners) if (listener.isAbout(name, data)) listener.tell(message, number);
    }
    this.#tellOfOthers(message, now);
  }

  #tellOfOthers({ name, at, data }: EventMessage, now: number): void {
    if (!this.access || !this.wants(VISIBILITY)) return;
    const { visibility } = this.access;
    this.#shown ??= new ShownDevices(visibility, now);
    if (this.#shown.changed(visibility, now, moves(name) ? namedDevice(data) : null)) this.#version += 1;
    const version = this.#version;
    const different = once(areDifferent);
    const told = Object.freeze({ name: VISIBILITY, at, data: Object.freeze({}) });
    for (const listener of this.listeners) {
      if (!listener.watches || listener.version === version) continue;
      const before = listener.shown;
      listener.version = version;
      listener.shown = visibility.devices;
      if (different(before, listener.shown)) listener.queue.push(told);
    }
  }
}

/** The only device that an event is about; undefined where it may be about any. */
const namedDevice = ({ deviceId }: EventMessage['data']) => (typeof deviceId === 'string' ? deviceId : undefined);

/** Works the same out once in a row: listeners of one ear were mostly shown the same. */
function once(compare: typeof areDifferent): typeof areDifferent {
  let last: { before: DeviceSet | undefined; now: DeviceSet | undefined; result: boolean } | undefined;
  return (before, now) => {
    if (!last || last.before !== before || last.now !== now) last = { before, now, result: compare(before, now) };
    return last.result;
  };
}
