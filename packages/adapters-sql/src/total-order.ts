import type { Order, Row } from '@rmm/core/ports';
import { inputError } from './input-error.js';
import { combine, never, type Predicate } from './predicate.js';
import type { Shape } from './shape.js';
import type { SqlColumn, SqlModel } from './sql-model.js';

export interface OrderedColumn {
  readonly column: SqlColumn;
  readonly descending: boolean;
}

/** The order asked for, made total by the key fields. */
export function totalOrder(order: readonly Order[] | undefined, model: SqlModel, shape: Shape): OrderedColumn[] {
  const columns: OrderedColumn[] = [];
  const add = (column: SqlColumn, descending: boolean) => {
    // Of a field named twice only the first place can matter.
    if (!columns.some((other) => other.column === column)) columns.push({ column, descending });
  };
  for (const { field, dir } of order ?? []) {
    const column = model.comparable(field);
    if (dir !== undefined && dir !== 'asc' && dir !== 'desc') {
      throw inputError(column.path, `order must be "asc" or "desc", got ${JSON.stringify(dir)}`);
    }
    add(column, dir === 'desc');
    shape.mark(`${dir === 'desc' ? '-' : '+'}${column.index}`);
  }
  for (const column of model.key) add(column, false);
  return columns;
}

/**
 * The rows that come after `row` in the order: greater in the first column, or equal there and after it in the rest.
 * The outer "not less in the first column" says nothing new, but lets an index start at the right place.
 */
export function afterPredicate(row: Row, order: readonly OrderedColumn[], model: SqlModel, shape: Shape): Predicate {
  shape.mark('>(');
  const rest = (from: number): Predicate => {
    const ordered = order[from];
    if (ordered === undefined) return never;
    const { column, descending } = ordered;
    const value = valueAt(row, column, model);
    shape.mark(value === null ? 'N' : 'V');
    const equal = valuePredicate(column, '=', value, shape);
    const beyond = beyondPredicate(ordered, value, shape);
    const after = combine('or', [beyond, combine('and', [equal, rest(from + 1)])]);
    if (from > 0 || value === null || (descending && column.nullable)) return after;
    return combine('and', [valuePredicate(column, descending ? '<=' : '>=', value, shape), after]);
  };
  const predicate = rest(0);
  shape.mark(')');
  return predicate;
}

function valueAt(row: Row, column: SqlColumn, model: SqlModel): unknown {
  const value = row[column.field];
  if (value === undefined) {
    throw inputError(column.path, `"after" lacks the field, which is part of the order of ${model.name}`);
  }
  if (value === null && !column.nullable)
    throw inputError(column.path, '"after" has null for a field that is never null');
  return value;
}

/** Nulls come first when ascending, last when descending: they are less than every value. */
function beyondPredicate({ column, descending }: OrderedColumn, value: unknown, shape: Shape): Predicate {
  if (value === null) return descending ? never : { kind: 'null', column, negated: true };
  const beyond = valuePredicate(column, descending ? '<' : '>', value, shape);
  return descending && column.nullable ? combine('or', [beyond, { kind: 'null', column, negated: false }]) : beyond;
}

function valuePredicate(column: SqlColumn, op: '=' | '<' | '>' | '<=' | '>=', value: unknown, shape: Shape): Predicate {
  if (value === null) return { kind: 'null', column, negated: false };
  return { kind: 'compare', column, op, slot: shape.slot(column.operand.encode(value, column.path)) };
}
