import type { Predicate } from './predicate.js';

/**
 * A compiled filter: what remains after negations became `not`, fields with several values became `some`, and the terms
 * were read. Plain data.
 */
export type PlanNode = ConstPlan | LeafPlan | FavouritePlan | SomePlan | AndPlan | OrPlan | NotPlan;

export interface ConstPlan {
  readonly op: 'const';
  readonly value: boolean;
}

/** The row's value in this column fulfils the predicate. */
export interface LeafPlan {
  readonly op: 'leaf';
  readonly column: string;
  readonly predicate: Predicate;
  /** The same text for the same question, so that filters share its answer. */
  readonly key: string;
  readonly timed: boolean;
}

/** The asking user marked the device. */
export interface FavouritePlan {
  readonly op: 'favourite';
}

/** A record of the row's list fulfils the node. */
export interface SomePlan {
  readonly op: 'some';
  readonly list: string;
  readonly node: PlanNode;
  readonly key: string;
  readonly timed: boolean;
}

export interface AndPlan {
  readonly op: 'and';
  readonly nodes: readonly PlanNode[];
}

export interface OrPlan {
  readonly op: 'or';
  readonly nodes: readonly PlanNode[];
}

export interface NotPlan {
  readonly op: 'not';
  readonly node: PlanNode;
}

/** The questions about a device whose answers are kept as bitmaps. */
export type ConditionPlan = LeafPlan | SomePlan;

export function leaf(column: string, predicate: Predicate): LeafPlan {
  return { op: 'leaf', column, predicate, key: JSON.stringify([column, predicate]), timed: predicate.is === 'age' };
}

export function some(list: string, node: PlanNode): PlanNode {
  if (node.op === 'const' && !node.value) return node;
  return { op: 'some', list, node, key: `some ${list} ${JSON.stringify(node)}`, timed: isTimed(node) };
}

export function not(node: PlanNode): PlanNode {
  if (node.op === 'const') return { op: 'const', value: !node.value };
  return node.op === 'not' ? node.node : { op: 'not', node };
}

export function and(nodes: readonly PlanNode[]): PlanNode {
  return combine('and', nodes);
}

export function or(nodes: readonly PlanNode[]): PlanNode {
  return combine('or', nodes);
}

/** Flattens groups of the same kind and drops what cannot change the outcome. */
function combine(op: 'and' | 'or', nodes: readonly PlanNode[]): PlanNode {
  const neutral = op === 'and';
  const kept: PlanNode[] = [];
  for (const node of nodes) {
    if (node.op === op) kept.push(...node.nodes);
    else if (node.op !== 'const') kept.push(node);
    else if (node.value !== neutral) return node;
  }
  if (kept.length === 0) return { op: 'const', value: neutral };
  return kept.length === 1 ? (kept[0] as PlanNode) : { op, nodes: kept };
}

/** All conditions of a plan, each once. */
export function conditionsOf(plan: PlanNode): readonly ConditionPlan[] {
  const found = new Map<string, ConditionPlan>();
  const visit = (node: PlanNode): void => {
    if (node.op === 'leaf' || node.op === 'some') found.set(node.key, node);
    else if (node.op === 'not') visit(node.node);
    else if (node.op === 'and' || node.op === 'or') node.nodes.forEach(visit);
  };
  visit(plan);
  return [...found.values()];
}

/** Whether the answer changes as time passes. */
export function isTimed(plan: PlanNode): boolean {
  switch (plan.op) {
    case 'leaf':
    case 'some':
      return plan.timed;
    case 'not':
      return isTimed(plan.node);
    case 'and':
    case 'or':
      return plan.nodes.some(isTimed);
    default:
      return false;
  }
}
