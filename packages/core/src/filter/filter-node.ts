import { Type } from 'typebox';
import { CONDITION_IDS, type ConditionId } from './conditions.js';
import { VERSION_SCHEMES, type VersionScheme } from './version/version-scheme.js';

/** How deep groups may nest; the outermost node is at depth 1. */
export const MAX_FILTER_DEPTH = 10;
/** How many criteria and groups a filter may hold. */
export const MAX_FILTER_NODES = 1000;
/** How many characters a search term may have. */
export const MAX_TERM_LENGTH = 1000;

/**
 * One line of a filter: a field, a condition and, where the condition asks for one, a search term.
 *
 * Meaning, for every type of field:
 * - A condition holds when a value of the field fulfils it; on fields with several values one is enough.
 * - A negation (*does not…*, *excludes*, *empty*) holds when no value fulfils its opposite, hence also on empty fields.
 * - Every other condition is false on an empty field; *false* means known to be false.
 */
export interface Criterion {
  readonly field: string;
  readonly condition: ConditionId;
  /**
   * Text: `%` is a wildcard, `\%` a percent sign; case and width do not matter. Numbers: `8`, ranges: `1-5,8`. Dates:
   * ISO 8601; *before* excludes and *after* includes the instant. Days: whole days of 24 hours; a value exactly so
   * old is *older*, and a value in the future is *within*.
   */
  readonly term?: string | number;
  /** For the conditions on versions: how to order them, in place of the record's or the field's scheme. */
  readonly scheme?: VersionScheme;
}

/** Every node holds; an empty group holds for every device. */
export interface AllGroup {
  readonly all: readonly FilterNode[];
}

/** At least one node holds; an empty group holds for no device. */
export interface AnyGroup {
  readonly any: readonly FilterNode[];
}

/** No node holds. */
export interface NoneGroup {
  readonly none: readonly FilterNode[];
}

/**
 * One and the same record of a list fulfils the group: *this package with that version*. The criteria inside name fields
 * of that list only. `some` may also name a field with several values.
 */
export type CorrelatedGroup = { readonly some: string } & (AllGroup | AnyGroup | NoneGroup);

/** A filter expression, as stored and edited. */
export type FilterNode = Criterion | AllGroup | AnyGroup | NoneGroup | CorrelatedGroup;

const literals = <T extends string>(values: readonly T[]) => Type.Unsafe<T>(Type.String({ enum: [...values] }));

const CriterionSchema = Type.Object(
  {
    field: Type.String({ maxLength: 200, description: 'Id of a field of the catalogue.' }),
    condition: literals(CONDITION_IDS),
    term: Type.Optional(Type.Union([Type.String({ maxLength: MAX_TERM_LENGTH }), Type.Number()])),
    scheme: Type.Optional(literals(VERSION_SCHEMES)),
  },
  { additionalProperties: false, description: 'A field, a condition and its search term.' },
);

const nodes = () => Type.Array(Type.Ref('FilterNode'), { maxItems: MAX_FILTER_NODES });
const some = () =>
  Type.String({ maxLength: 200, description: 'Name of a list, or id of a field with several values.' });
const strict = { additionalProperties: false } as const;

/** JSON Schema of a filter expression for operations and OpenAPI; the catalogue's rules are checked by `compileFilter`. */
export const FilterNode = Type.Unsafe<FilterNode>(
  Type.Cyclic(
    {
      FilterNode: Type.Union([
        CriterionSchema,
        Type.Object({ all: nodes() }, strict),
        Type.Object({ any: nodes() }, strict),
        Type.Object({ none: nodes() }, strict),
        Type.Object({ some: some(), all: nodes() }, strict),
        Type.Object({ some: some(), any: nodes() }, strict),
        Type.Object({ some: some(), none: nodes() }, strict),
      ]),
    },
    'FilterNode',
  ),
);

export const GROUP_KINDS = ['all', 'any', 'none'] as const;

export type GroupKind = (typeof GROUP_KINDS)[number];

/** Takes a node apart: a criterion, or a group of a kind with its nodes and, if correlated, its list. */
export function readNode(
  node: FilterNode,
):
  | { readonly criterion: Criterion }
  | { readonly kind: GroupKind; readonly nodes: readonly FilterNode[]; readonly list: string | undefined } {
  if ('field' in node) return { criterion: node };
  const list = 'some' in node ? node.some : undefined;
  if ('all' in node) return { kind: 'all', nodes: node.all, list };
  if ('any' in node) return { kind: 'any', nodes: node.any, list };
  return { kind: 'none', nodes: node.none, list };
}
