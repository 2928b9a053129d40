import { type InputIssue, RmmError } from '@rmm/protocol';
import { compileCriterion } from './compile-criterion.js';
import { CONDITION_IDS, isConditionId } from './conditions.js';
import type { FieldCatalogue } from './field-catalogue.js';
import type { FieldDef } from './field-def.js';
import {
  type Criterion,
  type FilterNode,
  GROUP_KINDS,
  type GroupKind,
  MAX_FILTER_DEPTH,
  MAX_FILTER_NODES,
} from './filter-node.js';
import { and, type ConditionPlan, conditionsOf, isTimed, not, or, type PlanNode, some } from './plan.js';
import { suggestField } from './suggest-field.js';
import { isVersionScheme, VERSION_SCHEMES } from './version/version-scheme.js';

const MAX_ISSUES = 50;
const NEVER: PlanNode = { op: 'const', value: false };

/** A filter that fits the catalogue, ready for evaluation. Immutable; usable with any index over the same catalogue. */
export interface CompiledFilter {
  /** The expression it was made of. */
  readonly source: FilterNode;
  readonly plan: PlanNode;
  readonly conditions: readonly ConditionPlan[];
  /** Ids of the fields it reads. */
  readonly fields: ReadonlySet<string>;
  /** Whether membership changes as time passes, without any update of a device. */
  readonly timeDependent: boolean;
  /** Whether the answer depends on who asks; such a filter cannot be watched. */
  readonly readsFavourites: boolean;
}

/**
 * Checks a filter expression against the catalogue and prepares it.
 * @throws {RmmError} `INVALID_FILTER`; `details.issues` holds a JSON pointer and a remedy for each fault.
 */
export function compileFilter(catalogue: FieldCatalogue, source: unknown): CompiledFilter {
  const compiler = new Compiler(catalogue);
  const plan = compiler.node(source, '', 1, undefined);
  const [first] = compiler.issues;
  if (first !== undefined) {
    const more = compiler.issues.length > 1 ? ` (and ${compiler.issues.length - 1} more)` : '';
    throw new RmmError(
      'INVALID_FILTER',
      `The filter is not valid at ${first.path || 'its root'}: ${first.message}${more}.`,
      {
        details: { issues: compiler.issues },
      },
    );
  }
  return {
    source: source as FilterNode,
    plan,
    conditions: conditionsOf(plan),
    fields: compiler.fields,
    timeDependent: isTimed(plan),
    readsFavourites: compiler.readsFavourites,
  };
}

class Compiler {
  readonly issues: InputIssue[] = [];
  readonly fields = new Set<string>();
  readsFavourites = false;
  readonly #catalogue: FieldCatalogue;
  #nodes = 0;

  constructor(catalogue: FieldCatalogue) {
    this.#catalogue = catalogue;
  }

  /** @param list the list whose records the node is about; `undefined` for the device. */
  node(node: unknown, path: string, depth: number, list: string | undefined): PlanNode {
    this.#nodes++;
    if (this.#nodes > MAX_FILTER_NODES) {
      return this.#nodes > MAX_FILTER_NODES + 1
        ? NEVER
        : this.#fault(path, `the filter has more than ${MAX_FILTER_NODES} criteria and groups; split it`);
    }
    if (depth > MAX_FILTER_DEPTH) return this.#fault(path, `groups nest deeper than ${MAX_FILTER_DEPTH} levels`);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) {
      return this.#fault(path, 'a criterion {field, condition, term} or a group {all | any | none: […]} is expected');
    }
    if ('field' in node || 'condition' in node) return this.#criterion(node, path, list);
    return this.#group(node, path, depth, list);
  }

  #group(node: object, path: string, depth: number, outer: string | undefined): PlanNode {
    const kinds = GROUP_KINDS.filter((kind) => kind in node);
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      return this.#fault(
        path,
        `exactly one of all, any and none is expected, not ${kinds.join(' and ') || 'none of them'}`,
      );
    }
    this.#refuseOthers(node, [kind, 'some'], path);
    const nodes = (node as Partial<Record<GroupKind, unknown>>)[kind];
    if (!Array.isArray(nodes)) return this.#fault(`${path}/${kind}`, 'a list of criteria and groups is expected');
    const list = 'some' in node ? this.#list(node.some, `${path}/some`, outer) : outer;
    const parts: PlanNode[] = [];
    for (const [i, inner] of nodes.entries()) {
      if (this.#nodes > MAX_FILTER_NODES) break;
      parts.push(this.node(inner, `${path}/${kind}/${i}`, depth + 1, list));
    }
    const whole = kind === 'all' ? and(parts) : kind === 'any' ? or(parts) : not(or(parts));
    return 'some' in node && list !== undefined ? some(list, whole) : whole;
  }

  #list(name: unknown, path: string, outer: string | undefined): string | undefined {
    if (outer !== undefined) {
      this.#fault(path, `records of ${outer} hold no lists; a correlated group cannot stand inside another one`);
    } else if (typeof name === 'string' && this.#catalogue.fieldsOf(name) !== undefined) {
      return name;
    } else {
      const lists = this.#catalogue.lists().join(', ');
      this.#fault(path, `${show(name)} is no list; use ${lists || 'a field with several values'}`);
    }
    return outer;
  }

  #criterion(node: object, path: string, list: string | undefined): PlanNode {
    this.#refuseOthers(node, ['field', 'condition', 'term', 'scheme'], path);
    const { field: id, condition, term, scheme } = node as Partial<Record<keyof Criterion, unknown>>;
    const field = typeof id === 'string' ? this.#catalogue.get(id) : undefined;
    if (field === undefined) return this.#unknownField(id, path);
    if (!isConditionId(condition)) {
      return this.#fault(
        `${path}/condition`,
        `${show(condition)} is no condition; use one of ${CONDITION_IDS.join(', ')}`,
      );
    }
    if (term !== undefined && typeof term !== 'string' && typeof term !== 'number') {
      return this.#fault(`${path}/term`, 'the search term must be a text or a number');
    }
    if (scheme !== undefined && !isVersionScheme(scheme)) {
      return this.#fault(
        `${path}/scheme`,
        `${show(scheme)} is no version scheme; use one of ${VERSION_SCHEMES.join(', ')}`,
      );
    }
    const outcome = compileCriterion(field, {
      field: field.id,
      condition,
      ...(term !== undefined && { term }),
      ...(scheme !== undefined && { scheme }),
    });
    if ('member' in outcome) return this.#fault(`${path}/${outcome.member}`, outcome.message);
    this.fields.add(field.id);
    if (field.source === 'favourites') this.readsFavourites = true;
    return this.#place(field, outcome.node, outcome.negated, path, list);
  }

  /** Outside its list, a criterion asks whether some record fulfils it; a negation, whether none does. */
  #place(field: FieldDef, node: PlanNode, negated: boolean, path: string, list: string | undefined): PlanNode {
    const own = field.list ?? (field.multi === true ? field.id : undefined);
    if (list !== undefined && own !== list) {
      return this.#fault(
        `${path}/field`,
        `${field.id} does not belong to ${list}; move it out of the correlated group`,
      );
    }
    const asked = own !== undefined && list === undefined ? some(own, node) : node;
    return negated ? not(asked) : asked;
  }

  #unknownField(id: unknown, path: string): PlanNode {
    const near = typeof id === 'string' ? suggestField(this.#catalogue, id) : undefined;
    const hint = near === undefined ? 'look it up in the field catalogue' : `did you mean ${near}?`;
    return this.#fault(`${path}/field`, `the field ${show(id)} is unknown; ${hint}`);
  }

  #refuseOthers(node: object, known: readonly string[], path: string): void {
    for (const key of Object.keys(node)) {
      if (!known.includes(key)) this.#fault(`${path}/${pointer(key)}`, `the member ${show(key)} is unknown; remove it`);
    }
  }

  #fault(path: string, message: string): PlanNode {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ path, message });
    return NEVER;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
