import { type DefaultFilter, defaultFilter } from '../filter/default-filters.js';
import type { DeviceSet } from '../filter/device-set.js';
import type { PolicyTarget } from './policy-models.js';
import type { StoredPolicies } from './policy-reader.js';
import type { PolicyWorld } from './resolve/policy-world.js';

/** Any level would do: the devices of a target alone. */
const ANYWHERE = { id: '', level: 'system', profileId: '', deviceId: '' } as const;
const NONE: ReadonlySet<string> = new Set();

/**
 * So long a target is watched on that no policy is for any more, milliseconds. Who has just left it shows in the index
 * before it is told, and where time passes, some minutes later.
 */
const LINGER_MS = 180_000;

interface Watched {
  readonly target: PolicyTarget;
  readonly isDefault: boolean;
  /** A default filter that looks at the time. */
  readonly isTimed: boolean;
  /** Epoch milliseconds until which it is watched; endless while a policy is for it. */
  until: number;
  /** Who was in it when it was last looked at, where nobody tells who comes and goes. */
  members: DeviceSet | undefined;
}

/**
 * What the policies that hold look at, to tell what may change something for a device. Who enters and leaves stored
 * filters is told by events, and events tell of the devices that a default filter may see otherwise. Of groups, and of
 * default filters that look at the time, the devices are remembered, to find out who entered and left.
 */
export class TargetWatch {
  readonly #watched = new Map<string, Watched>();
  /** While the policies are not known, everything may change something. */
  #isKnown = false;
  #holdsUntil = 0;
  #readsDefaults = false;
  #timed: ReadonlySet<string> = NONE;

  /**
   * Begins to watch the targets of these policies, and soon no others.
   * @param isTimed - whether a default filter looks at the time
   */
  follow({ policies }: StoredPolicies, isTimed: (filter: DefaultFilter) => boolean, now: number): void {
    const targets = policies.flatMap(({ deployed }) => deployed?.targets ?? []);
    const lingering = (until: number) => Math.min(until, now + LINGER_MS);
    for (const watched of this.#watched.values()) watched.until = lingering(watched.until);
    for (const target of targets) {
      const watched = this.#watched.get(keyOf(target)) ?? watch(target, isTimed);
      watched.until = Number.POSITIVE_INFINITY;
      this.#watched.set(keyOf(target), watched);
    }
    const holdsAny = policies.some(({ deployed }) => deployed !== null);
    this.#holdsUntil = holdsAny ? Number.POSITIVE_INFINITY : lingering(this.#holdsUntil);
    this.#isKnown = true;
    this.#look();
  }

  /** The policies are not known any more. */
  lose(): void {
    this.#isKnown = false;
  }

  /** Ends to watch what no policy has been for for a while. Only when nothing waits to be looked at. */
  forget(now: number): void {
    if (!this.#isKnown) return;
    for (const [key, { until }] of this.#watched) if (until <= now) this.#watched.delete(key);
    if (this.#holdsUntil <= now) this.#holdsUntil = 0;
    this.#look();
  }

  /** Whether any policy holds somewhere, or did a moment ago. */
  get holdsAny(): boolean {
    return !this.#isKnown || this.#holdsUntil > 0;
  }

  /** The default filters among the targets that look at the time. */
  get timed(): ReadonlySet<string> {
    return this.#timed;
  }

  mayReadDefaults(): boolean {
    return !this.#isKnown || this.#readsDefaults;
  }

  mayRead(target: PolicyTarget): boolean {
    return !this.#isKnown || this.#watched.has(keyOf(target));
  }

  /** Begins to remember what is not remembered yet. @param world of all devices; only asked for if it is needed */
  remember(world: () => PolicyWorld): void {
    const missing = [...this.#watched.values()].filter(
      ({ target, isTimed, members }) => !members && (isTimed || target.kind === 'group'),
    );
    if (missing.length === 0) return;
    const everywhere = world();
    for (const watched of missing) watched.members = everywhere.held(ANYWHERE, [watched.target]);
  }

  /** The devices that entered or left a target since it was last asked after. */
  changed(world: PolicyWorld, target: PolicyTarget): readonly string[] {
    const watched = this.#watched.get(keyOf(target));
    // Nothing looked at it so far.
    if (!watched?.members) return [];
    const before = watched.members;
    const now = world.held(ANYWHERE, [target]);
    watched.members = now;
    return [...before.andNot(now), ...now.andNot(before)];
  }

  #look(): void {
    const all = [...this.#watched.values()];
    this.#readsDefaults = all.some(({ isDefault }) => isDefault);
    this.#timed = new Set(all.filter(({ isTimed }) => isTimed).map(({ target }) => target.id));
  }
}

function watch(target: PolicyTarget, isTimed: (filter: DefaultFilter) => boolean): Watched {
  const filter = target.kind === 'filter' ? defaultFilter(target.id) : undefined;
  const timed = filter !== undefined && isTimed(filter);
  return { target, isDefault: filter !== undefined, isTimed: timed, until: 0, members: undefined };
}

const keyOf = ({ kind, id }: PolicyTarget): string => `${kind} ${id}`;
