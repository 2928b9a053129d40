import { type Expression, type SqlBool, sql } from 'kysely';
import type { Predicate } from './predicate.js';
import type { SqlDialect } from './sql-dialect.js';

/** Writes a predicate as SQL; the compiler adds quotes and parameters. */
export function predicateSql(predicate: Predicate, dialect: SqlDialect): Expression<SqlBool> {
  switch (predicate.kind) {
    case 'constant':
      return predicate.value ? sql`1 = 1` : sql`1 = 0`;
    case 'compare':
      return sql`${sql.ref(predicate.column.name)} ${sql.raw(predicate.op)} ${predicate.slot}`;
    case 'null':
      return sql`${sql.ref(predicate.column.name)} ${sql.raw(predicate.negated ? 'is not null' : 'is null')}`;
    case 'list': {
      const { column, slot, negated } = predicate;
      return dialect.inList(sql.ref(column.name), column.type, slot, negated);
    }
    case 'and':
    case 'or': {
      const parts = predicate.parts.map((part) => predicateSql(part, dialect));
      return balanced(parts, sql.raw(predicate.kind));
    }
  }
}

/** Joins in pairs: a chain of thousands would exceed SQLite's depth of expressions. */
function balanced(parts: readonly Expression<SqlBool>[], operator: Expression<unknown>): Expression<SqlBool> {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const middle = parts.length >> 1;
  const left = balanced(parts.slice(0, middle), operator);
  const right = balanced(parts.slice(middle), operator);
  return sql`(${left} ${operator} ${right})`;
}
