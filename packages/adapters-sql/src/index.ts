export { BLOB_TABLE, META_TABLE, snakeCase } from './identifier.js';
export { postgresDialect } from './postgres-dialect.js';
export {
  bind,
  type MaybePromise,
  type SqlConnection,
  type SqlQuery,
  type SqlRow,
  type SqlValue,
} from './sql-connection.js';
export type { SqlDialect } from './sql-dialect.js';
export type { SchemaLookup, SqlDriver, SqlSession, WriteKind } from './sql-session.js';
export { SqlStorage, type SqlStorageOptions } from './sql-storage.js';
export { sqliteDialect } from './sqlite-dialect.js';
export { uniqueError } from './unique-error.js';
