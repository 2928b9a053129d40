export type { PgClient, PgPool, PgPoolClient, PgQuery, PgQueryable, PgResult } from './pg-like.js';
export { type PostgresStorage, type PostgresStorageOptions, postgresStorage } from './postgres-storage.js';
