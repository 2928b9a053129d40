import { remembered } from '../../data/remembered.js';
import type { CompiledFilter } from '../compile-filter.js';
import type { ConditionPlan, PlanNode } from '../plan.js';
import { Bitmap } from './bitmap.js';
import type { DeviceTable, RowChanges } from './device-table.js';
import { prepareLeaf } from './evaluate-in-steps.js';
import { costOf, evaluatePlan, type PlanContext } from './evaluate-plan.js';
import type { ListChange } from './list-column.js';
import { type LearntRecords, LiveCondition, learnInSteps } from './live-condition.js';
import { RecordConditions } from './record-conditions.js';

const NONE: ReadonlySet<never> = new Set();

/** How many conditions are remembered as asked once. */
const ASKED_ONCE = 4096;

/** A row entered or left a watched filter. */
export interface RowEvent {
  readonly filterId: string;
  readonly row: number;
  readonly entered: boolean;
}

interface WatchedFilter {
  readonly id: string;
  readonly conditions: readonly KeptCondition[];
  readonly holds: (row: number) => boolean;
  readonly members: Bitmap;
}

interface KeptCondition {
  readonly live: LiveCondition;
  readonly watchers: Set<WatchedFilter>;
  /** How many evaluations under way need it. */
  holders: number;
  /** Whether it is kept for the next evaluation once nobody watches or holds it. */
  cached: boolean;
}

/** The conditions whose answers are kept, and the filters that are watched. */
export class LiveFilters {
  readonly #table: DeviceTable;
  readonly #filters = new Map<string, WatchedFilter>();
  /** By key; those that nobody watches in order of last use. */
  readonly #conditions = new Map<string, KeptCondition>();
  readonly #unwatched = new Map<string, KeptCondition>();
  readonly #byColumn = new Map<string, Set<KeptCondition>>();
  readonly #byList = new Map<string, RecordConditions<KeptCondition>>();
  readonly #timed = new Set<KeptCondition>();
  readonly #askedOnce = new Set<string>();
  readonly #keepUnwatched: number;
  readonly #atOneGoNs: number;
  #now: number;

  /**
   * @param keepUnwatched how many conditions that no watched filter asks are kept for the next evaluation
   * @param atOneGoNs what may take so long needs no steps
   */
  constructor(table: DeviceTable, now: number, keepUnwatched: number, atOneGoNs: number) {
    this.#table = table;
    this.#now = now;
    this.#keepUnwatched = keepUnwatched;
    this.#atOneGoNs = atOneGoNs;
  }

  get now(): number {
    return this.#now;
  }

  /** The first instant at which the answer to a watched condition may turn without an update. */
  get nextDue(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const { live, watchers } of this.#timed) if (watchers.size > 0) due = Math.min(due, live.due);
    return due;
  }

  /** The members of a watched filter: to read. */
  members(id: string): Bitmap | undefined {
    return this.#filters.get(id)?.members;
  }

  watch(id: string, filter: CompiledFilter): Bitmap {
    this.unwatch(id);
    const conditions = filter.conditions.map((condition) => this.#keep(condition));
    const found = evaluatePlan(this.#table, filter.plan, this.#context());
    const members = this.#table.scratch.keep(found);
    const watched: WatchedFilter = { id, conditions, members, holds: this.#bind(filter.plan) };
    for (const condition of conditions) {
      condition.watchers.add(watched);
      this.#unwatched.delete(condition.live.plan.key);
    }
    this.#filters.set(id, watched);
    return members;
  }

  unwatch(id: string): void {
    const watched = this.#filters.get(id);
    if (watched === undefined) return;
    this.#filters.delete(id);
    for (const condition of watched.conditions) {
      condition.watchers.delete(watched);
      condition.cached = true;
      this.#leave(condition);
    }
    this.#evict();
  }

  /**
   * Works out the answers to the conditions of a dear filter in steps; they follow every change, so that in the end,
   * when `then` runs, putting them together is quick and right. Cheap filters take no step.
   */
  *holding<T>({ conditions }: CompiledFilter, then: () => T): Generator<void, T, undefined> {
    if (!this.#isDear(conditions)) return then();
    const held: KeptCondition[] = [];
    try {
      for (const condition of conditions) {
        const learnt = this.#conditions.has(condition.key) ? undefined : yield* this.#prepare(condition);
        const kept = this.#keep(condition, learnt);
        kept.holders++;
        this.#unwatched.delete(condition.key);
        held.push(kept);
        yield;
      }
      return then();
    } finally {
      for (const kept of held) {
        kept.holders--;
        kept.cached ||= conditions.length <= this.#keepUnwatched && this.#askedBefore(kept.live.plan.key);
        this.#leave(kept);
      }
      this.#evict();
    }
  }

  #isDear(conditions: readonly ConditionPlan[]): boolean {
    const context = this.#context();
    // Besides being found out, each answer is a set of rows that must be made.
    const rows = this.#table.universe().count();
    let takes = 0;
    for (const condition of conditions) {
      if (context.kept(condition) === undefined) takes += costOf(this.#table, condition, context).all + rows;
      if (takes > this.#atOneGoNs) return true;
    }
    return false;
  }

  *#prepare(condition: ConditionPlan): Generator<void, LearntRecords | undefined, undefined> {
    if (condition.op === 'some') return yield* learnInSteps(this.#table, condition, this.#now);
    yield* prepareLeaf(this.#table, condition);
    return undefined;
  }

  /** The kept answer to a condition, if it holds at this instant. */
  kept(condition: ConditionPlan, now: number): Bitmap | undefined {
    const { key } = condition;
    const found = this.#conditions.get(key);
    if (found === undefined || (condition.timed && now !== this.#now)) return undefined;
    if (this.#unwatched.delete(key)) this.#unwatched.set(key, found);
    return found.live.rows;
  }

  /** Notes that a filter is being evaluated: conditions asked for a second time are kept from then on. */
  noteAsked(conditions: readonly ConditionPlan[]): void {
    // More than can be kept would only drive out each other.
    if (conditions.length > this.#keepUnwatched) return;
    for (const condition of conditions) {
      const { key } = condition;
      if (this.#conditions.has(key) || !this.#askedBefore(key)) continue;
      const kept = this.#keep(condition);
      kept.cached = true;
      this.#leave(kept);
      this.#evict();
    }
  }

  #askedBefore(key: string): boolean {
    if (this.#askedOnce.delete(key)) return true;
    if (this.#askedOnce.size >= ASKED_ONCE) this.#askedOnce.clear();
    this.#askedOnce.add(key);
    return false;
  }

  /** A device that was there changed. */
  changed(row: number, changes: RowChanges): RowEvent[] {
    const affected = new Set<WatchedFilter>();
    for (const [column, change] of changes) {
      for (const condition of this.#concernedBy(column, change)) {
        if (!condition.live.update(row, change)) continue;
        for (const filter of condition.watchers) affected.add(filter);
      }
    }
    return this.#settle(row, affected);
  }

  /** A device is new. */
  added(row: number): RowEvent[] {
    for (const { live } of this.#conditions.values()) live.update(row, undefined);
    return this.#settle(row, this.#filters.values());
  }

  /** A device is gone, its columns already empty. */
  removed(row: number): RowEvent[] {
    for (const { live } of this.#conditions.values()) live.rows.delete(row);
    const events: RowEvent[] = [];
    for (const { id, members } of this.#filters.values()) {
      if (!members.has(row)) continue;
      members.delete(row);
      events.push({ filterId: id, row, entered: false });
    }
    return events;
  }

  advance(now: number): RowEvent[] {
    this.#now = now;
    const affected = new Map<number, Set<WatchedFilter>>();
    for (const { live, watchers } of this.#timed) {
      for (const row of live.advance(now)) {
        const filters = affected.get(row) ?? new Set();
        for (const filter of watchers) filters.add(filter);
        affected.set(row, filters);
      }
    }
    return [...affected].flatMap(([row, filters]) => this.#settle(row, filters));
  }

  /** The records of a list got other numbers, by their former ones; −1 for those that are gone. */
  renumbered(list: string, numbers: Int32Array): void {
    this.#byList.get(list)?.renumbered(numbers);
  }

  #settle(row: number, filters: Iterable<WatchedFilter>): RowEvent[] {
    const events: RowEvent[] = [];
    for (const { id, members, holds } of filters) {
      const entered = holds(row);
      if (entered === members.has(row)) continue;
      if (entered) members.add(row);
      else members.delete(row);
      events.push({ filterId: id, row, entered });
    }
    return events;
  }

  #context(): PlanContext {
    const now = this.#now;
    return { now, favourites: () => new Bitmap(), kept: (condition) => this.kept(condition, now) };
  }

  #keep(plan: ConditionPlan, learnt?: LearntRecords): KeptCondition {
    const known = this.#conditions.get(plan.key);
    if (known !== undefined) return known;
    const live = new LiveCondition(this.#table, plan, this.#now, learnt);
    const condition: KeptCondition = { live, watchers: new Set(), holders: 0, cached: false };
    this.#conditions.set(plan.key, condition);
    this.#siblings(plan).add(condition);
    if (plan.timed) this.#timed.add(condition);
    return condition;
  }

  /** The conditions on the same column or list. */
  #siblings(plan: ConditionPlan): Set<KeptCondition> | RecordConditions<KeptCondition> {
    return plan.op === 'leaf'
      ? remembered(this.#byColumn, plan.column, () => new Set())
      : remembered(this.#byList, plan.list, () => new RecordConditions());
  }

  #concernedBy(name: string, change: ListChange | undefined): ReadonlySet<KeptCondition> {
    const conditions = change === undefined ? this.#byColumn.get(name) : this.#byList.get(name)?.concernedBy(change);
    return conditions ?? NONE;
  }

  /** Remembers or forgets a condition that nobody watches or holds any more. */
  #leave(condition: KeptCondition): void {
    if (condition.watchers.size > 0 || condition.holders > 0) return;
    if (condition.cached) this.#unwatched.set(condition.live.plan.key, condition);
    else this.#forget(condition);
  }

  #evict(): void {
    for (const [key, condition] of this.#unwatched) {
      if (this.#unwatched.size <= this.#keepUnwatched) return;
      this.#unwatched.delete(key);
      this.#forget(condition);
    }
  }

  #forget(condition: KeptCondition): void {
    const { plan } = condition.live;
    this.#conditions.delete(plan.key);
    this.#timed.delete(condition);
    this.#siblings(plan).delete(condition);
  }

  /** A plan as a function over the kept answers. */
  #bind(plan: PlanNode): (row: number) => boolean {
    switch (plan.op) {
      case 'const':
        return () => plan.value;
      case 'favourite':
        return () => false;
      case 'leaf':
      case 'some': {
        const { live } = this.#keep(plan);
        return (row) => live.rows.has(row);
      }
      case 'not': {
        const inner = this.#bind(plan.node);
        return (row) => !inner(row);
      }
      case 'and':
      case 'or': {
        const parts = plan.nodes.map((node) => this.#bind(node));
        return plan.op === 'and'
          ? (row) => parts.every((holds) => holds(row))
          : (row) => parts.some((holds) => holds(row));
      }
    }
  }
}
