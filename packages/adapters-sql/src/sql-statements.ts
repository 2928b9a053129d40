import { type Expression, type SqlBool, sql } from 'kysely';
import type { Predicate } from './predicate.js';
import { predicateSql } from './predicate-sql.js';
import { Slot } from './slot.js';
import type { SqlColumn, SqlModel } from './sql-model.js';
import type { SqlSchema } from './sql-schema.js';
import type { OrderedColumn } from './total-order.js';

export interface Selection {
  readonly columns: readonly SqlColumn[];
  readonly where: Predicate;
  readonly order: readonly OrderedColumn[];
  readonly limit: Slot | undefined;
}

/** The order of a column, nulls less than every value on every database. */
function orderItem({ column, descending }: OrderedColumn, schema: SqlSchema): Expression<unknown> {
  const nulls = schema.dialect.indexNulls && column.nullable ? (descending ? ' nulls last' : ' nulls first') : '';
  return sql`${sql.ref(column.name)} ${sql.raw(`${descending ? 'desc' : 'asc'}${nulls}`)}`;
}

export function selectRows(schema: SqlSchema, model: SqlModel, { columns, where, order, limit }: Selection) {
  let query = schema.db
    .selectFrom(model.table)
    .select(columns.map((column) => column.name))
    .where(predicateSql(where, schema.dialect));
  for (const item of order) query = query.orderBy(orderItem(item, schema));
  return limit === undefined ? query : query.limit(sql<number>`${limit}`);
}

export function countRows(schema: SqlSchema, model: SqlModel, where: Predicate) {
  return schema.db
    .selectFrom(model.table)
    .select(sql<number>`count(*)`.as('n'))
    .where(predicateSql(where, schema.dialect));
}

/** Rows come in as one value a column: single values, or arrays that the database unfolds. */
function newRows(schema: SqlSchema, model: SqlModel) {
  const names = model.columns.map((column) => column.name);
  const slots = model.columns.map((_, i) => new Slot(i));
  const insert = schema.db.insertInto(model.table);
  if (schema.dialect.insert === 'row') {
    return insert.values(Object.fromEntries(names.map((name, i) => [name, slots[i]])));
  }
  const arrays = model.columns.map(
    (column, i) => sql`${slots[i]}::${sql.raw(schema.dialect.parameterType(column.type))}[]`,
  );
  return insert.columns(names).expression(sql`select * from unnest(${sql.join(arrays)})`);
}

export function insertRows(schema: SqlSchema, model: SqlModel) {
  return newRows(schema, model);
}

/** Rows whose key is there already are replaced. */
export function putRows(schema: SqlSchema, model: SqlModel) {
  const key = model.key.map((column) => column.name);
  const others = model.columns.filter((column) => !model.key.includes(column)).map((column) => column.name);
  return newRows(schema, model).onConflict((conflict) => {
    const onKey = conflict.columns(key);
    if (others.length === 0) return onKey.doNothing();
    return onKey.doUpdateSet(Object.fromEntries(others.map((name) => [name, sql.ref(`excluded.${name}`)])));
  });
}

export type Assignments = ReadonlyMap<SqlColumn, Slot>;

export function updateRows(schema: SqlSchema, model: SqlModel, set: Assignments, where: Predicate) {
  return schema.db.updateTable(model.table).set(assigned(set)).where(predicateSql(where, schema.dialect));
}

function assigned(set: Assignments): Record<string, Slot> {
  return Object.fromEntries([...set].map(([column, slot]) => [column.name, slot]));
}

export function removeRows(schema: SqlSchema, model: SqlModel, where: Predicate) {
  return schema.db.deleteFrom(model.table).where(predicateSql(where, schema.dialect));
}

/**
 * Locks the first rows that no one else has locked, changes them, and returns them, their place in the order last. The
 * database checks `where` again once it holds the lock.
 */
export function claimRows(schema: SqlSchema, model: SqlModel, set: Assignments, selection: Selection) {
  const key = model.key.map((column) => column.name);
  const sameRow = sql.join<SqlBool>(
    key.map((name) => sql`${sql.ref(`${model.table}.${name}`)} = ${sql.ref(`ranked.${name}`)}`),
    sql` and `,
  );
  return schema.db
    .with(
      (cte) => cte('picked').materialized(),
      () =>
        selectRows(schema, model, { ...selection, columns: model.key })
          .forUpdate()
          .skipLocked(),
    )
    .with('ranked', (db) => db.selectFrom('picked').select(key).select(sql<number>`row_number() over ()`.as('place')))
    .updateTable(model.table)
    .from('ranked')
    .set(assigned(set))
    .where(sameRow)
    .returning(selection.columns.map((column) => `${model.table}.${column.name}`))
    .returning('ranked.place');
}
