import type { Access } from '../../access/access.js';
import { remembered } from '../../data/remembered.js';
import { type CompiledFilter, compileFilter } from '../../filter/compile-filter.js';
import { defaultFilter } from '../../filter/default-filters.js';
import type { FactIndex } from '../../filter/fact-index.js';
import { showsFilter } from '../../filter/filter-things.js';
import { ACTIVE, narrowed, ofProfiles, planned } from '../../filter/scoped-filter.js';
import type { PolicyTarget } from '../policy-models.js';
import type { WorldSources } from './policy-resolution.js';
import { RowSet } from './row-set.js';

type Origin = Pick<WorldSources, 'catalogue' | 'index'>;
/** Ascending by row. */
type Devices = readonly (readonly [deviceId: string, row: number])[];

/** What a target is, whichever devices there are. */
export interface KnownTarget {
  readonly name: string;
  /** Whether an actor may know of it. */
  readonly shownTo: (access: Access) => boolean;
  /** Undefined when nothing is in it: a filter that depends on who asks, or that no longer fits the catalogue. */
  readonly condition: CompiledFilter | undefined;
}

/**
 * The active devices in filters, groups and Profiles. Filters that read favourites hold nobody, since policies have no
 * asking user. Each set is worked out once; the index must not change in between.
 */
export class TargetSets {
  readonly facts: FactIndex;
  readonly origin: Origin;
  /** What filters and groups would be, by target. */
  readonly #instead: ReadonlyMap<string, CompiledFilter>;
  /** Of all there is, only these devices; undefined for no such bounds. */
  readonly #only: Devices | undefined;
  readonly #sets = new Map<string, RowSet>();
  readonly #profiles = new Map<string, RowSet>();
  #active: RowSet | undefined;

  private constructor(
    origin: Origin,
    facts: FactIndex,
    instead: ReadonlyMap<string, CompiledFilter>,
    only: Devices | undefined,
  ) {
    this.origin = origin;
    this.facts = facts;
    this.#instead = instead;
    this.#only = only;
  }

  /** @param only as if there were only these devices; default all */
  static of(origin: Origin, only?: readonly string[]): TargetSets {
    const { facts } = origin.index;
    return new TargetSets(origin, facts, new Map(), only && [...facts.of(only).entries()]);
  }

  /** As if a filter or group held other devices. */
  replacing(target: PolicyTarget, condition: CompiledFilter): TargetSets {
    const sets = new TargetSets(
      this.origin,
      this.facts,
      new Map(this.#instead).set(keyOf(target), condition),
      this.#only,
    );
    sets.#active = this.#active;
    for (const [key, rows] of this.#profiles) sets.#profiles.set(key, rows);
    for (const [key, rows] of this.#sets) if (key !== keyOf(target)) sets.#sets.set(key, rows);
    return sets;
  }

  /** The same filters and groups over the devices of another index. */
  over(facts: FactIndex): TargetSets {
    return new TargetSets(this.origin, facts, this.#instead, undefined);
  }

  /** All devices that have an agent to obey: those that are not suspended. */
  active(): RowSet {
    this.#active ??= this.#evaluate(planned(ACTIVE));
    return this.#active;
  }

  device(deviceId: string): RowSet {
    const row = this.facts.of([deviceId]).rowOf(deviceId);
    return row !== undefined && this.active().has(row) ? RowSet.single(row) : RowSet.EMPTY;
  }

  /** Those of these devices that count here. */
  among(deviceIds: ReadonlySet<string>): RowSet {
    if (!this.#only) return RowSet.of(this.facts.of(deviceIds).rows());
    return RowSet.listed(Uint32Array.from(this.#only.flatMap(([id, row]) => (deviceIds.has(id) ? [row] : []))));
  }

  profile(profileId: string): RowSet {
    return remembered(this.#profiles, profileId, () => this.#evaluate(planned(ofProfiles([profileId]), ACTIVE)));
  }

  of(target: PolicyTarget): RowSet {
    return remembered(this.#sets, keyOf(target), () => this.#find(target));
  }

  /** Undefined for a filter or group that is gone. */
  known({ kind, id }: PolicyTarget): KnownTarget | undefined {
    const instead = this.#instead.get(keyOf({ kind, id }));
    const { catalogue, index } = this.origin;
    if (kind === 'group') {
      const group = index.groups.get(id);
      const plan = index.groups.plan(id);
      if (!group) return undefined;
      const { row } = group;
      const condition = instead ?? (plan && planned(plan));
      return { name: row.name, shownTo: ({ visibility }) => visibility.group(row), condition };
    }
    const byDefault = defaultFilter(id);
    if (byDefault) {
      return { name: byDefault.name, shownTo: () => true, condition: compileFilter(catalogue, byDefault.filter) };
    }
    const stored = index.filters.get(id);
    if (!stored) return undefined;
    const { row } = stored;
    return { name: row.name, shownTo: (access) => showsFilter(access, row), condition: instead ?? stored.compiled };
  }

  #find(target: PolicyTarget): RowSet {
    const { index } = this.origin;
    const present = this.facts === index.facts && !this.#instead.has(keyOf(target));
    const members = present && target.kind === 'filter' ? index.filters.members(target.id) : undefined;
    if (members) return this.active().within(members.rows());
    const condition = this.known(target)?.condition;
    if (!condition || condition.readsFavourites) return RowSet.EMPTY;
    return this.#evaluate(narrowed(condition, ACTIVE));
  }

  #evaluate(filter: CompiledFilter): RowSet {
    const { facts } = this;
    const at = { now: facts.now };
    if (!this.#only) return RowSet.of(facts.evaluate(filter, at).rows());
    const found: number[] = [];
    for (const [id, row] of this.#only) if (facts.match(filter, id, at)) found.push(row);
    return RowSet.listed(Uint32Array.from(found));
  }
}

const keyOf = ({ kind, id }: PolicyTarget): string => `${kind} ${id}`;
