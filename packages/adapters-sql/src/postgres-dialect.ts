import type { FieldType } from '@rmm/core/ports';
import { DummyDriver, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import type { SqlDialect } from './sql-dialect.js';

/** Types as parameters are cast to; columns of text add the bytewise collation. */
const POSTGRES_TYPES: Readonly<Record<FieldType, string>> = {
  string: 'text',
  int: 'bigint',
  real: 'double precision',
  bool: 'boolean',
  time: 'bigint',
  // Not jsonb: it refuses \u0000, reorders keys and rewrites numbers.
  json: 'text',
};

/** PostgreSQL 12 or newer with a UTF-8 database, its tables in `schema` or in the connection's own. */
export function postgresDialect(schema?: string): SqlDialect {
  return {
    kysely: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    ...(schema === undefined ? {} : { schema }),
    bool: 'native',
    insert: 'columns',
    claim: 'skip-locked',
    indexNulls: true,
    columnType: (type) => (type === 'string' ? 'text collate "C"' : POSTGRES_TYPES[type]),
    parameterType: (type) => POSTGRES_TYPES[type],
    blobType: 'bytea',
    // Waiting is right here, and indexes of large tables take their time. The number is "rmm" in ASCII: advisory locks
    // have no other names.
    migrationLock:
      "select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true), pg_advisory_xact_lock(7499117)",
    inList: (column, type, list, negated) => {
      const array = sql`${list}::${sql.raw(POSTGRES_TYPES[type])}[]`;
      return negated ? sql`${column} <> all(${array})` : sql`${column} = any(${array})`;
    },
    list: (values) => values,
    maxParameters: 65_535,
  };
}
