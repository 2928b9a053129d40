import type { ConditionPlan, PlanNode, SomePlan } from '../plan.js';
import { DAY_MS } from '../predicate.js';
import { Bitmap } from './bitmap.js';
import { evaluateInSteps } from './evaluate-in-steps.js';
import { evaluatePlan, type PlanContext, testPlan } from './evaluate-plan.js';
import type { ListChange } from './list-column.js';
import { NumberColumn } from './number-column.js';
import type { RecordLists, RowSource } from './row-source.js';

/** Which records of a list, up to a number, fulfil a condition. */
export interface LearntRecords {
  readonly list: RecordLists;
  readonly records: Bitmap;
  readonly size: number;
  readonly now: number;
}

/** Works out in steps what a {@link LiveCondition} must know of the records of its list. */
export function* learnInSteps(
  table: RowSource,
  plan: SomePlan,
  now: number,
): Generator<void, LearntRecords | undefined, undefined> {
  const list = table.list(plan.list);
  if (list === undefined) return undefined;
  const { size } = list.records;
  const found = yield* evaluateInSteps(list.records, plan.node, plainContext(now));
  const records = table.scratch.keep(found);
  // Those that came meanwhile were seen by some steps only.
  for (let record = size; record < list.records.size; record++) records.delete(record);
  return { list, records, size, now };
}

/** A condition whose answer is kept for every row and follows each change. Shared by the filters that ask the same. */
export class LiveCondition {
  readonly plan: ConditionPlan;
  /** The rows that fulfil it: to read. */
  rows = new Bitmap();
  readonly #table: RowSource;
  /** For lists: the answers for records up to a number. */
  #records = new Bitmap();
  #recordsKnown = 0;
  #now: number;
  #context: PlanContext;
  #due = Number.POSITIVE_INFINITY;

  /** @param learnt spares evaluating the condition on all records, if these and the instant are still the same */
  constructor(table: RowSource, plan: ConditionPlan, now: number, learnt?: LearntRecords) {
    this.#table = table;
    this.plan = plan;
    this.#now = now;
    this.#context = plainContext(now);
    this.#refresh(learnt);
  }

  /** The first instant at which the answer for some row may turn without an update. */
  get due(): number {
    return this.#due;
  }

  /** Takes notice of a change of the row's column; returns whether the answer turned. */
  update(row: number, change: ListChange | undefined): boolean {
    const before = this.rows.has(row);
    const after = this.plan.op === 'some' ? this.#someRecord(this.plan, row, change, before) : this.#test(row);
    if (this.plan.timed) this.#due = Math.min(this.#due, rowDue(this.#table, row, this.plan, this.#now));
    if (before === after) return false;
    if (after) this.rows.add(row);
    else this.rows.delete(row);
    return true;
  }

  /** Whether the answer for a device may turn when it gains or loses this record of the list; with dates it always may. */
  concernedBy(record: number): boolean {
    if (this.plan.op !== 'some') return false;
    const records = this.#table.list(this.plan.list)?.records;
    if (this.plan.timed || records === undefined) return true;
    this.#learnRecords(this.plan, records);
    return this.#records.has(record);
  }

  /** Moves the clock; returns the rows whose answer turned. */
  advance(now: number): readonly number[] {
    const before = this.#now;
    this.#now = now;
    this.#context = plainContext(now);
    if (now >= before && now < this.#due) return [];
    const column = this.plan.op === 'leaf' ? this.#table.column(this.plan.column) : undefined;
    if (now >= before && column instanceof NumberColumn) return this.#cross(column, before, now);
    const old = this.rows;
    this.#refresh();
    return [...old.difference(this.rows).rows()];
  }

  /** The rows whose date became old enough since `before`: all that can turn when the clock goes forward. */
  #cross(column: NumberColumn, before: number, now: number): readonly number[] {
    if (this.plan.op !== 'leaf' || this.plan.predicate.is !== 'age') return [];
    const { days, older } = this.plan.predicate;
    const { rows, next } = column.crossing(before - days * DAY_MS, now - days * DAY_MS);
    for (const row of rows) {
      if (older) this.rows.add(row);
      else this.rows.delete(row);
    }
    this.#due = next + days * DAY_MS;
    return rows;
  }

  /** The records of its list got other numbers, by their former ones; −1 for those that are gone. */
  renumbered(numbers: Int32Array): void {
    const { plan } = this;
    const records = plan.op === 'some' ? this.#table.list(plan.list)?.records : undefined;
    if (plan.op !== 'some' || records === undefined) return;
    const fulfilling = new Bitmap(records.size);
    this.#records.forEach((record) => {
      const number = numbers[record] as number;
      if (number >= 0) fulfilling.add(number);
    });
    for (let record = this.#recordsKnown; record < numbers.length; record++) {
      const number = numbers[record] as number;
      if (number >= 0 && testPlan(records, number, plan.node, this.#context)) fulfilling.add(number);
    }
    this.#records = fulfilling;
    this.#recordsKnown = records.size;
  }

  #refresh(learnt?: LearntRecords): void {
    const { plan } = this;
    const context = this.#context;
    const { scratch } = this.#table;
    if (plan.op === 'some') {
      const list = this.#table.list(plan.list);
      if (learnt !== undefined && learnt.list === list && learnt.now === this.#now) {
        this.#records = learnt.records;
        this.#recordsKnown = learnt.size;
        this.#learnRecords(plan, list.records);
      } else {
        this.#records =
          list === undefined ? new Bitmap() : scratch.keep(evaluatePlan(list.records, plan.node, context));
        this.#recordsKnown = list?.records.size ?? 0;
      }
      this.rows = list === undefined ? new Bitmap() : scratch.keep(list.rowsWith(this.#records));
    } else {
      this.rows = scratch.keep(evaluatePlan(this.#table, plan, context));
    }
    if (plan.timed) this.#due = nextDue(this.#table, plan, this.#now);
  }

  #test(row: number): boolean {
    const { plan } = this;
    if (plan.op === 'some') return false;
    return this.#table.column(plan.column)?.test(row, plan.predicate, this.#now) ?? false;
  }

  /** A new record that fulfils decides; only where one that did is gone, all must be looked at. */
  #someRecord(plan: SomePlan, row: number, change: ListChange | undefined, before: boolean): boolean {
    const list = this.#table.list(plan.list);
    if (list === undefined) return false;
    this.#learnRecords(plan, list.records);
    if (change !== undefined) {
      if (this.#anyHolds(change.added)) return true;
      if (!before || !this.#anyHolds(change.removed)) return before;
    }
    return this.#anyHolds(list.recordsOf(row));
  }

  #anyHolds(records: readonly number[]): boolean {
    for (const record of records) if (this.#records.has(record)) return true;
    return false;
  }

  #learnRecords(plan: SomePlan, records: RecordLists['records']): void {
    for (; this.#recordsKnown < records.size; this.#recordsKnown++) {
      if (testPlan(records, this.#recordsKnown, plan.node, this.#context)) this.#records.add(this.#recordsKnown);
    }
  }
}

function plainContext(now: number): PlanContext {
  return { now, favourites: () => new Bitmap(), kept: () => undefined };
}

/** Visits the relative dates of a plan with the rows they are asked about. */
function visitAges(table: RowSource, plan: PlanNode, visit: (column: NumberColumn, periodMs: number) => void): void {
  if (plan.op === 'some') {
    const list = table.list(plan.list);
    if (list !== undefined) visitAges(list.records, plan.node, visit);
  } else if (plan.op === 'not') {
    visitAges(table, plan.node, visit);
  } else if (plan.op === 'and' || plan.op === 'or') {
    for (const node of plan.nodes) visitAges(table, node, visit);
  } else if (plan.op === 'leaf' && plan.predicate.is === 'age') {
    const column = table.column(plan.column);
    if (column instanceof NumberColumn) visit(column, plan.predicate.days * DAY_MS);
  }
}

/** A date turns from young to old when it is exactly `periodMs` ago. */
function nextDue(table: RowSource, plan: PlanNode, now: number): number {
  let due = Number.POSITIVE_INFINITY;
  visitAges(table, plan, (column, periodMs) => {
    due = Math.min(due, column.crossing(now - periodMs, now - periodMs).next + periodMs);
  });
  return due;
}

function rowDue(table: RowSource, row: number, plan: PlanNode, now: number): number {
  let due = Number.POSITIVE_INFINITY;
  const rows = plan.op === 'some' ? (table.list(plan.list)?.recordsOf(row) ?? []) : [row];
  visitAges(table, plan, (column, periodMs) => {
    for (const place of rows) {
      const value = column.tokenAt(place);
      if (value > now - periodMs) due = Math.min(due, value + periodMs);
    }
  });
  return due;
}
