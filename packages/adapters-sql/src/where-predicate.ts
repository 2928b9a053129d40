import type { Where } from '@rmm/core/ports';
import { comparisonPredicate } from './comparison-predicate.js';
import { inputError } from './input-error.js';
import { combine, type Predicate } from './predicate.js';
import type { Shape } from './shape.js';
import type { SqlDialect } from './sql-dialect.js';
import type { SqlModel } from './sql-model.js';

const MAX_DEPTH = 100;

/**
 * Checks a `Where` and makes it ready for SQL.
 * @throws RmmError `INVALID_INPUT` for unknown fields, operators and values that do not fit their field.
 */
export function wherePredicate(where: Where, model: SqlModel, dialect: SqlDialect, shape: Shape): Predicate {
  const visit = (node: Where, negated: boolean, depth: number): Predicate => {
    if (depth > MAX_DEPTH) throw inputError(model.name, `where is nested more than ${MAX_DEPTH} deep`);
    if (typeof node !== 'object' || node === null) throw inputError(model.name, 'where must be an object');
    if ('field' in node) return comparisonPredicate(node, negated, model, dialect, shape);
    if ('not' in node) return visit(node.not, !negated, depth + 1);
    const isAll = 'all' in node;
    const parts: unknown = isAll ? node.all : 'any' in node ? node.any : undefined;
    if (!Array.isArray(parts)) {
      throw inputError(model.name, 'where must be a comparison, or have "not", or a list "all" or "any"');
    }
    const kind = isAll === negated ? 'or' : 'and';
    shape.mark(kind === 'and' ? '&(' : '|(');
    const predicates = parts.map((part: Where) => visit(part, negated, depth + 1));
    shape.mark(')');
    return combine(kind, predicates);
  };
  return visit(where, false, 0);
}
