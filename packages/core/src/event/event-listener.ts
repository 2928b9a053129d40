import type { DeviceSet } from '../filter/device-set.js';
import type { Actor } from '../port/actor.js';
import type { EventMessage } from './event-contract.js';
import type { EventQueue } from './event-queue.js';

/** Told to a listener who is shown other devices than before. */
export const VISIBILITY = 'visibility.changed';

/** One subscription. */
export class EventListener {
  readonly actor: Actor;
  readonly queue: EventQueue;
  readonly wants: (name: string) => boolean;
  /** Whether it wants to hear that it is shown other devices. */
  readonly watches: boolean;
  /** The number of the first event that it is told: those before had happened when it came. */
  since = 0;
  /** The devices that it was shown when it was last told of others; undefined for all. */
  shown: DeviceSet | undefined;
  /** The version of its ear (`EventEar`) that `shown` is of. */
  version: number | undefined;

  constructor(actor: Actor, queue: EventQueue, names: readonly string[] | undefined, shown: DeviceSet | undefined) {
    this.actor = actor;
    this.queue = queue;
    this.wants = names ? matcher(names) : () => true;
    this.watches = this.wants(VISIBILITY);
    this.shown = shown;
  }

  /** Adds an event to what is to be read. @param number - of the event in its audience */
  tell(message: EventMessage, number: number): void {
    if (number >= this.since && this.wants(message.name)) this.queue.push(message);
  }

  /** What concerns a user, that user may hear. */
  isAbout(name: string, data: Readonly<Record<string, unknown>>): boolean {
    return name === 'user.changed' && this.actor.kind === 'user' && data.userId === this.actor.userId;
  }
}

/** Tells whether a name is among these: whole names, or their beginning and a star. */
export function matcher(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names.filter((name) => !name.endsWith('*')));
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
