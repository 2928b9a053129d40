import type { FieldType } from '@rmm/core/ports';
import { DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { SqlDialect } from './sql-dialect.js';

const COLUMN_TYPES: Readonly<Record<FieldType, string>> = {
  string: 'text',
  int: 'integer',
  real: 'real',
  bool: 'integer',
  time: 'integer',
  json: 'text',
};

/** SQLite 3.38 or newer. Text compares bytewise (the default BINARY collation). */
export const sqliteDialect: SqlDialect = {
  kysely: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  bool: 'number',
  insert: 'row',
  claim: 'serial',
  indexNulls: false,
  columnType: (type) => COLUMN_TYPES[type],
  parameterType: (type) => COLUMN_TYPES[type],
  blobType: 'blob',
  tableSuffix: 'strict',
  inList: (column, _type, list, negated) =>
    negated
      ? sql`${column} not in (select value from json_each(${list}))`
      : sql`${column} in (select value from json_each(${list}))`,
  list: (values) => JSON.stringify(values),
  maxParameters: 32_766,
};
