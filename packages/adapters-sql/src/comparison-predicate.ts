import type { Comparison } from '@rmm/core/ports';
import { inputError } from './input-error.js';
import { always, type CompareOp, combine, never, orNull, type Predicate } from './predicate.js';
import { prefixEnd } from './prefix-end.js';
import type { Shape } from './shape.js';
import type { SqlDialect } from './sql-dialect.js';
import type { SqlColumn, SqlModel } from './sql-model.js';

const ORDERING: ReadonlyMap<string, { readonly op: CompareOp; readonly opposite: CompareOp }> = new Map([
  ['lt', { op: '<', opposite: '>=' }],
  ['lte', { op: '<=', opposite: '>' }],
  ['gt', { op: '>', opposite: '<=' }],
  ['gte', { op: '>=', opposite: '<' }],
]);

/** One comparison, or its negation. Marks the shape with the column, the operator and which of its variants is meant. */
export function comparisonPredicate(
  { field, op, value }: Comparison,
  negated: boolean,
  model: SqlModel,
  dialect: SqlDialect,
  shape: Shape,
): Predicate {
  const column = model.comparable(field);
  if (op === 'in') return inPredicate(column, value, negated, dialect, shape);
  if (Array.isArray(value)) throw inputError(column.path, `"${op}" compares with one value, not with a list`);
  switch (op) {
    case 'eq':
    case 'ne':
      return equals(column, value, (op === 'ne') !== negated, shape);
    case 'prefix':
      return prefix(column, value, negated, shape);
  }
  const ordering = ORDERING.get(op);
  if (ordering === undefined) throw inputError(column.path, `unknown operator ${JSON.stringify(op)}`);
  if (value === null) return constant(negated, shape);
  const compared = compare(column, negated ? ordering.opposite : ordering.op, value, shape);
  if (!negated) return compared;
  if (column.nullable) shape.mark('n');
  return orNull(column, compared);
}

function constant(value: boolean, shape: Shape): Predicate {
  shape.mark(value ? 'T' : 'F');
  return value ? always : never;
}

function compare(column: SqlColumn, op: CompareOp, value: unknown, shape: Shape): Predicate {
  shape.mark(`${column.index}${op}`);
  return { kind: 'compare', column, op, slot: shape.slot(column.operand.encode(value, column.path)) };
}

function isNull(column: SqlColumn, negated: boolean, shape: Shape): Predicate {
  if (!column.nullable) return constant(negated, shape);
  shape.mark(`${column.index}${negated ? 'V' : 'N'}`);
  return { kind: 'null', column, negated };
}

function equals(column: SqlColumn, value: unknown, negated: boolean, shape: Shape): Predicate {
  if (value === null) return isNull(column, negated, shape);
  const compared = compare(column, negated ? '<>' : '=', value, shape);
  return negated ? orNull(column, compared) : compared;
}

function inPredicate(
  column: SqlColumn,
  value: unknown,
  negated: boolean,
  dialect: SqlDialect,
  shape: Shape,
): Predicate {
  if (!Array.isArray(value)) throw inputError(column.path, '"in" needs a list of values');
  const withNull = value.includes(null);
  const values = withNull ? value.filter((item) => item !== null) : value;
  if (values.length === 0) return withNull ? isNull(column, negated, shape) : constant(negated, shape);
  const encoded = values.map((item: unknown) => column.operand.encode(item, column.path));
  shape.mark(`${column.index}${negated ? 'O' : 'I'}${withNull ? '0' : ''},`);
  const list: Predicate = { kind: 'list', column, slot: shape.slot(dialect.list(encoded, column.type)), negated };
  // Not among values without null: null itself is not among them either. Among values with null: null is.
  return withNull === negated ? list : orNull(column, list);
}

/** Text that begins so lies in a range, which an index can serve. */
function prefix(column: SqlColumn, value: unknown, negated: boolean, shape: Shape): Predicate {
  if (column.type !== 'string' || typeof value !== 'string') {
    throw inputError(column.path, '"prefix" compares a text field with text');
  }
  column.operand.encode(value, column.path);
  if (value === '') return isNull(column, !negated, shape);
  const end = prefixEnd(value);
  shape.mark(negated ? '!p(' : 'p(');
  const parts = [compare(column, negated ? '<' : '>=', value, shape)];
  if (end !== undefined) parts.push(compare(column, negated ? '>=' : '<', end, shape));
  shape.mark(')');
  return negated ? orNull(column, combine('or', parts)) : combine('and', parts);
}
