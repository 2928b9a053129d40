import { CONDITIONS, type ConditionId } from './conditions.js';
import type { FactRecord, Facts } from './facts.js';
import type { FieldCatalogue } from './field-catalogue.js';
import { type Criterion, type FilterNode, type GroupKind, readNode } from './filter-node.js';
import { type EvaluationContext, ReferenceEvaluator } from './reference-evaluator.js';

/** At most so many of a field's values are shown. */
const MAX_SEEN = 20;

export interface CriterionExplanation {
  readonly kind: 'criterion';
  readonly matched: boolean;
  readonly field: string;
  /** Label of the field, for people. */
  readonly label: string;
  readonly condition: ConditionId;
  readonly conditionLabel: string;
  readonly term?: string | number;
  /** The values that the condition saw (dates: epoch milliseconds), those first that made it hold or fail; none if empty. */
  readonly seen: readonly (string | number | boolean)[];
  /** How many values there were. */
  readonly seenCount: number;
}

export interface GroupExplanation {
  readonly kind: GroupKind;
  readonly matched: boolean;
  readonly nodes: readonly FilterExplanation[];
  /** The list of a correlated group. */
  readonly list?: string;
  /** The record of that list about which the nodes speak: the first that fulfils the group, else one that fulfils most of it. */
  readonly record?: FactRecord;
  /** How many records there were. */
  readonly recordCount?: number;
}

/** Why a device is in a filter, or is not: the filter's tree, each node with its verdict and each criterion with what it saw. */
export type FilterExplanation = CriterionExplanation | GroupExplanation;

/** Explains a filter that passed `compileFilter` on one device's facts. */
export function explainFilter(
  catalogue: FieldCatalogue,
  node: FilterNode,
  facts: Facts,
  context: EvaluationContext,
): FilterExplanation {
  return new Explainer(catalogue, new ReferenceEvaluator(catalogue, facts, context), facts, context).node(node);
}

class Explainer {
  readonly #catalogue: FieldCatalogue;
  readonly #evaluator: ReferenceEvaluator;
  readonly #facts: Facts;
  readonly #context: EvaluationContext;

  constructor(catalogue: FieldCatalogue, evaluator: ReferenceEvaluator, facts: Facts, context: EvaluationContext) {
    this.#catalogue = catalogue;
    this.#evaluator = evaluator;
    this.#facts = facts;
    this.#context = context;
  }

  node(node: FilterNode): FilterExplanation {
    const parts = readNode(node);
    if ('criterion' in parts) return this.#criterion(parts.criterion);
    const { kind, nodes, list } = parts;
    if (list !== undefined) return this.#correlated(node, list, kind, nodes);
    const explained = nodes.map((inner) => this.node(inner));
    return { kind, matched: verdict(kind, explained), nodes: explained };
  }

  #criterion(criterion: Criterion): CriterionExplanation {
    const { field: id, condition, term } = criterion;
    const field = this.#catalogue.get(id);
    const values = field === undefined ? [] : this.#evaluator.seen(field);
    const matched = this.#evaluator.matches(criterion);
    return {
      kind: 'criterion',
      matched,
      field: id,
      label: field?.label ?? id,
      condition,
      conditionLabel: CONDITIONS[condition].label,
      ...(term !== undefined && { term }),
      seen: field === undefined ? [] : this.#decisiveFirst(criterion, values, matched).slice(0, MAX_SEEN),
      seenCount: values.length,
    };
  }

  /**
   * Of many values, those that fulfil the condition's positive form are what a reader wants to see. No more are looked for
   * than are shown, and none where the verdict says that there is none.
   */
  #decisiveFirst<V extends string | number | boolean>(
    criterion: Criterion,
    values: readonly V[],
    matched: boolean,
  ): readonly V[] {
    const field = this.#catalogue.get(criterion.field);
    const opposite = CONDITIONS[criterion.condition].negates;
    if (field === undefined || values.length < 2 || matched === (opposite !== undefined)) return values;
    const positive = { ...criterion, condition: opposite ?? criterion.condition };
    const list = field.list ?? field.id;
    const key = field.list === undefined ? field.id : field.id.slice(list.length + 1);
    const decisive: V[] = [];
    const rest: V[] = [];
    const wanted = new Set<unknown>(values);
    for (const record of this.#evaluator.records(list)) {
      if (decisive.length === MAX_SEEN) break;
      if (!wanted.has(record[key])) continue;
      const target = this.#evaluator.recordMatches(positive, list, record) ? decisive : rest;
      target.push(record[key] as V);
    }
    return [...decisive, ...rest];
  }

  #correlated(node: FilterNode, list: string, kind: GroupKind, nodes: readonly FilterNode[]): GroupExplanation {
    const records = this.#evaluator.records(list);
    const matched = this.#evaluator.matches(node);
    let best: { record: FactRecord; score: number } | undefined;
    for (const record of records) {
      const score = this.#score(list, kind, nodes, record);
      if (best === undefined || score > best.score) best = { record, score };
      if (score === Number.POSITIVE_INFINITY) break;
    }
    const about = this.#onRecord(list, best?.record);
    return {
      kind,
      matched,
      nodes: nodes.map((inner) => about.node(inner)),
      list,
      ...(best !== undefined && { record: best.record }),
      recordCount: records.length,
    };
  }

  /** How near a record comes: infinite if it fulfils the group, else by the number of nodes and by the first that fails. */
  #score(list: string, kind: GroupKind, nodes: readonly FilterNode[], record: FactRecord): number {
    const holds = nodes.map((node) => this.#evaluator.recordMatches(node, list, record) !== (kind === 'none'));
    const count = holds.filter(Boolean).length;
    if (kind === 'any' ? count > 0 : count === nodes.length) return Number.POSITIVE_INFINITY;
    return count + holds.indexOf(false) / (nodes.length + 1);
  }

  /** An explainer for which the list holds this one record. */
  #onRecord(list: string, record: FactRecord | undefined): Explainer {
    const single = this.#catalogue.get(list);
    const value = record === undefined ? [] : [single === undefined ? record : (record[list] ?? null)];
    const facts = { ...this.#facts, [list]: value } as Facts;
    return new Explainer(
      this.#catalogue,
      new ReferenceEvaluator(this.#catalogue, facts, this.#context),
      facts,
      this.#context,
    );
  }
}

function verdict(kind: GroupKind, nodes: readonly FilterExplanation[]): boolean {
  if (kind === 'all') return nodes.every((node) => node.matched);
  const some = nodes.some((node) => node.matched);
  return kind === 'any' ? some : !some;
}
