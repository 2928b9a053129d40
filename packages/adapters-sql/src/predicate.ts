import type { Slot } from './slot.js';
import type { SqlColumn } from './sql-model.js';

export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=';

/**
 * A `Where` made ready for SQL: values encoded, nulls and negation resolved. Negation is pushed down to the leaves, so
 * that a leaf that SQL calls "unknown" (a comparison with null) always counts as false, as the port wants.
 */
export type Predicate =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'compare'; readonly column: SqlColumn; readonly op: CompareOp; readonly slot: Slot }
  | { readonly kind: 'null'; readonly column: SqlColumn; readonly negated: boolean }
  | { readonly kind: 'list'; readonly column: SqlColumn; readonly slot: Slot; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Predicate[] };

export const always: Predicate = { kind: 'constant', value: true };
export const never: Predicate = { kind: 'constant', value: false };

/** All of the parts, or any of them: constants vanish, a single part stands alone. */
export function combine(kind: 'and' | 'or', parts: readonly Predicate[]): Predicate {
  const neutral = kind === 'and';
  const rest: Predicate[] = [];
  for (const part of parts) {
    if (part.kind !== 'constant') rest.push(part);
    else if (part.value !== neutral) return part;
  }
  const [first] = rest;
  if (first === undefined) return neutral ? always : never;
  return rest.length === 1 ? first : { kind, parts: rest };
}

/** `value` and nothing else matches; null is an ordinary value. */
export function orNull(column: SqlColumn, predicate: Predicate): Predicate {
  return column.nullable ? combine('or', [predicate, { kind: 'null', column, negated: false }]) : predicate;
}
