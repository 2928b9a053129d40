import type { ModelDef } from '@rmm/core/ports';
import { type Compilable, type CreateTableBuilder, sql } from 'kysely';
import { indexName } from './identifier.js';
import type { ModelAdditions } from './model-diff.js';
import type { SqlColumn, SqlModel } from './sql-model.js';
import type { SqlSchema } from './sql-schema.js';

function columnType(schema: SqlSchema, column: SqlColumn) {
  return sql.raw<unknown>(schema.dialect.columnType(column.type));
}

/** The statements that make a model's table. */
export function createModel(schema: SqlSchema, model: SqlModel): Compilable[] {
  const { def } = model;
  let table: CreateTableBuilder<string, string> = schema.db.schema.createTable(model.table);
  for (const column of model.columns) {
    table = table.addColumn(column.name, columnType(schema, column), (c) => (column.nullable ? c : c.notNull()));
  }
  table = table.addPrimaryKeyConstraint(
    indexName(model.table, 'uq', def.key),
    model.key.map((column) => column.name),
  );
  const suffix = schema.dialect.tableSuffix;
  if (suffix !== undefined) table = table.modifyEnd(sql.raw(suffix));
  return [table, ...createIndexes(schema, model, def)];
}

/** The statements that add to a model's table what it lacks. */
export function extendModel(schema: SqlSchema, model: SqlModel, additions: ModelAdditions): Compilable[] {
  const columns = additions.fields.map((field) => {
    const column = model.column(field);
    return schema.db.schema.alterTable(model.table).addColumn(column.name, columnType(schema, column));
  });
  return [...columns, ...createIndexes(schema, model, additions)];
}

function createIndexes(
  schema: SqlSchema,
  model: SqlModel,
  { unique, indexes }: Pick<ModelDef, 'unique' | 'indexes'>,
): Compilable[] {
  return [
    ...(unique ?? []).map((combination) => createIndex(schema, model, 'uq', combination)),
    ...(indexes ?? []).map((combination) => createIndex(schema, model, 'ix', combination)),
  ];
}

function createIndex(
  schema: SqlSchema,
  model: SqlModel,
  kind: 'ix' | 'uq',
  combination: readonly string[],
): Compilable {
  const index = schema.db.schema.createIndex(indexName(model.table, kind, combination)).on(model.table);
  const withColumns = combination.reduce((builder, field) => {
    const column = model.column(field);
    const nulls = schema.dialect.indexNulls && column.nullable ? ' nulls first' : '';
    return builder.expression(sql`${sql.ref(column.name)}${sql.raw(nulls)}`);
  }, index);
  return kind === 'uq' ? withColumns.unique() : withColumns;
}
