import { remembered } from '../../data/remembered.js';
import type { ConditionPlan, PlanNode, SomePlan } from '../plan.js';
import type { Bitmap } from './bitmap.js';
import type { RecordLists, RowSource } from './row-source.js';

/** What an evaluation needs besides the rows. */
export interface PlanContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The rows that the asking user marked: to read. */
  readonly favourites: () => Bitmap;
  /** The answer to a condition where it is kept: to read. */
  readonly kept: (condition: ConditionPlan) => Bitmap | undefined;
}

/** Rough nanoseconds of reading a kept bit, and of testing one record of a row's list besides the test itself. */
const BIT = 3;
const PER_RECORD = 3;
/** What a row's list is assumed to hold. */
const RECORDS = 50;
/** Below so many nanoseconds a bitmap is not worth being avoided. */
const CHEAP = 2000;

/**
 * The rows that fulfil the plan: a set to read, which may belong to a column. Whoever asks gives it back to the scratch
 * of the rows, or keeps it.
 */
export function evaluatePlan(rows: RowSource, plan: PlanNode, context: PlanContext): Bitmap {
  const { scratch } = rows;
  switch (plan.op) {
    case 'const':
      return plan.value ? rows.universe() : scratch.take();
    case 'favourite':
      return context.favourites();
    case 'leaf':
      return context.kept(plan) ?? rows.column(plan.column)?.matching(plan.predicate, context.now) ?? scratch.take();
    case 'some': {
      const list = rows.list(plan.list);
      return context.kept(plan) ?? (list === undefined ? scratch.take() : evaluateSome(list, plan, context));
    }
    case 'not':
      return consume(rows, plan.node, context, scratch.copy(rows.universe()), 'andNot');
    case 'or':
      return unite(rows, plan.nodes, context);
    case 'and':
      return intersect(rows, plan.nodes, context);
  }
}

/** Questions about records of the same list share the way from records to rows, which is the dear part. */
function unite(rows: RowSource, nodes: readonly PlanNode[], context: PlanContext): Bitmap {
  const result = rows.scratch.take();
  const ofLists = new Map<RecordLists, Bitmap>();
  for (const node of nodes) {
    const list = node.op === 'some' && context.kept(node) === undefined ? rows.list(node.list) : undefined;
    if (node.op !== 'some' || list === undefined) {
      consume(rows, node, context, result, 'or');
      continue;
    }
    const records = remembered(ofLists, list, () => list.records.scratch.take());
    consume(list.records, node.node, context, records, 'or');
  }
  for (const [list, records] of ofLists) {
    const found = list.rowsWith(records);
    result.or(found);
    list.records.scratch.give(records);
    rows.scratch.give(found);
  }
  return result;
}

function evaluateSome(list: RecordLists, plan: SomePlan, context: PlanContext): Bitmap {
  const records = evaluatePlan(list.records, plan.node, context);
  const found = list.rowsWith(records);
  list.records.scratch.give(records);
  return found;
}

/** Evaluates a plan, combines its rows into `result` and gives them back. */
function consume(
  rows: RowSource,
  plan: PlanNode,
  context: PlanContext,
  result: Bitmap,
  by: 'and' | 'or' | 'andNot',
): Bitmap {
  const found = evaluatePlan(rows, plan, context);
  result[by](found);
  rows.scratch.give(found);
  return result;
}

/** Whether one row fulfils the plan. */
export function testPlan(rows: RowSource, row: number, plan: PlanNode, context: PlanContext): boolean {
  switch (plan.op) {
    case 'const':
      return plan.value;
    case 'favourite':
      return context.favourites().has(row);
    case 'leaf':
      return context.kept(plan)?.has(row) ?? rows.column(plan.column)?.test(row, plan.predicate, context.now) ?? false;
    case 'some': {
      const kept = context.kept(plan);
      if (kept !== undefined) return kept.has(row);
      const list = rows.list(plan.list);
      if (list === undefined) return false;
      return list.recordsOf(row).some((record) => testPlan(list.records, record, plan.node, context));
    }
    case 'not':
      return !testPlan(rows, row, plan.node, context);
    case 'or':
      return plan.nodes.some((node) => testPlan(rows, row, node, context));
    case 'and':
      return plan.nodes.every((node) => testPlan(rows, row, node, context));
  }
}

/** Cheap conditions first; once few rows are left, the dear ones are asked of these only. */
function intersect(rows: RowSource, nodes: readonly PlanNode[], context: PlanContext): Bitmap {
  const ordered = nodes
    .map((node) => ({ node, cost: costOf(rows, node, context) }))
    .sort((a, b) => a.cost.all - b.cost.all);
  let result: Bitmap | undefined;
  for (const { node, cost } of ordered) {
    if (result === undefined) {
      result = rows.scratch.owned(evaluatePlan(rows, node, context));
    } else if (cost.all > CHEAP && result.count() * cost.one < cost.all) {
      filter(result, (row) => testPlan(rows, row, node, context));
    } else if (node.op === 'not') {
      consume(rows, node.node, context, result, 'andNot');
    } else {
      consume(rows, node, context, result, 'and');
    }
  }
  return result ?? rows.scratch.take();
}

function filter(rows: Bitmap, holds: (row: number) => boolean): void {
  rows.forEach((row) => {
    if (!holds(row)) rows.delete(row);
  });
}

/** Rough nanoseconds. */
export interface Cost {
  readonly all: number;
  readonly one: number;
}

/** What {@link evaluatePlan} takes, and {@link testPlan} for one row. */
export function costOf(rows: RowSource, plan: PlanNode, context: PlanContext): Cost {
  switch (plan.op) {
    case 'const':
    case 'favourite':
      return { all: BIT, one: BIT };
    case 'leaf':
      if (context.kept(plan) !== undefined) return { all: BIT, one: BIT };
      return rows.column(plan.column)?.cost(plan.predicate) ?? { all: BIT, one: BIT };
    case 'some': {
      const list = rows.list(plan.list);
      if (list === undefined || context.kept(plan) !== undefined) return { all: BIT, one: BIT };
      const inner = costOf(list.records, plan.node, context);
      return { all: inner.all + list.records.size, one: RECORDS * (PER_RECORD + inner.one) };
    }
    case 'not':
      return costOf(rows, plan.node, context);
    case 'and':
    case 'or':
      return plan.nodes
        .map((node) => costOf(rows, node, context))
        .reduce((sum, cost) => ({ all: sum.all + cost.all, one: sum.one + cost.one }), { all: 0, one: 0 });
  }
}
