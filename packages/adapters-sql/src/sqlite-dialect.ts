import type { FieldType } from '@rmm/core/ports';
import { DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import { realParts } from './real-parts.js';
import type { SqlDialect } from './sql-dialect.js';

const COLUMN_TYPES: Readonly<Record<FieldType, string>> = {
  string: 'text',
  int: 'integer',
  real: 'real',
  bool: 'integer',
  time: 'integer',
  json: 'text',
};

/** SQLite reads decimal fractions from JSON inexactly, integers exactly: reals travel as integer × power of two. */
const EXACT_REAL = sql`json_extract(value, '$[0]') * pow(2.0, json_extract(value, '$[1]'))`;

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
  inList: (column, type, list, negated) => {
    const value = type === 'real' ? EXACT_REAL : sql.ref('value');
    return sql`${column} ${sql.raw(negated ? 'not in' : 'in')} (select ${value} from json_each(${list}))`;
  },
  list: (values, type) => JSON.stringify(type === 'real' ? values.map((value) => realParts(Number(value))) : values),
  maxParameters: 32_766,
};
