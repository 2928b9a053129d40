import type { PlanNode } from '../plan.js';
import type { Bitmap } from './bitmap.js';
import { evaluatePlan, type PlanContext } from './evaluate-plan.js';
import type { RowSource } from './row-source.js';

/**
 * {@link evaluatePlan} in steps. The answer is right for rows that neither came nor changed meanwhile; records of a list
 * never change.
 */
export function* evaluateInSteps(
  rows: RowSource,
  plan: PlanNode,
  context: PlanContext,
): Generator<void, Bitmap, undefined> {
  const { scratch } = rows;
  switch (plan.op) {
    case 'not': {
      const found = yield* evaluateInSteps(rows, plan.node, context);
      const others = scratch.copy(rows.universe()).andNot(found);
      scratch.give(found);
      return others;
    }
    case 'or': {
      const union = scratch.take();
      for (const node of plan.nodes) {
        const found = yield* evaluateInSteps(rows, node, context);
        union.or(found);
        scratch.give(found);
      }
      return union;
    }
    case 'and': {
      const both = scratch.copy(rows.universe());
      for (const node of plan.nodes) {
        if (both.isEmpty()) break;
        const found = yield* evaluateInSteps(rows, node, context);
        both.and(found);
        scratch.give(found);
      }
      return both;
    }
    default:
      if (plan.op === 'leaf') yield* prepareLeaf(rows, plan);
      yield;
      return evaluatePlan(rows, plan, context);
  }
}

/** Does in steps what would make the first answer to a condition on a field slow. */
export function* prepareLeaf(
  rows: RowSource,
  { column, predicate }: Extract<PlanNode, { op: 'leaf' }>,
): Generator<void, void, undefined> {
  const found = rows.column(column);
  if (found?.prepare) yield* found.prepare(predicate);
}
