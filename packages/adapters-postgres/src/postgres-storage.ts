import { postgresDialect, type SqlDriver, SqlStorage, type SqlStorageOptions } from '@rmm/adapters-sql';
import { type Logger, type Storage, type StorageOps, silentLogger } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { Pool } from 'pg';
import type { PgClient, PgPool } from './pg-like.js';
import { PostgresConnection } from './postgres-connection.js';
import { translatePostgresError } from './postgres-error.js';
import { PostgresSession } from './postgres-session.js';

/** Where and how to keep the data. */
export type PostgresStorageOptions = SqlStorageOptions & {
  /** The schema that holds the tables, made when missing; the connection's own (mostly `public`) when absent. */
  readonly schema?: string;
  /** False behind a proxy that shares connections between transactions and cannot keep prepared statements. Default true. */
  readonly prepare?: boolean;
  /** How many milliseconds a transaction is tried again that clashes with concurrent ones. Default 15,000. */
  readonly retryMs?: number;
  readonly logger?: Logger;
} & (
    | {
        readonly connectionString: string;
        /** How many connections at most. Default 10. */
        readonly connections?: number;
      }
    | {
        /** A pool of the host's, which stays the host's to end. */
        readonly pool: PgPool;
      }
  );

/** Storage in a PostgreSQL database, for any number of server processes. */
export interface PostgresStorage extends Storage {
  /**
   * The primitives on a connection of the host's own, inside the transaction that the host has open there: they commit or
   * roll back with it, and are isolated as it is. After a failed operation PostgreSQL accepts only a rollback.
   * @throws RmmError `INTERNAL` when the connection has no open transaction
   */
  join(client: PgClient): StorageOps;
}

/** The oldest PostgreSQL whose statements we use. */
const MIN_VERSION = 120_000;

class PostgresStorageImpl extends SqlStorage implements PostgresStorage {
  constructor(
    driver: SqlDriver,
    private readonly options: PostgresStorageOptions,
  ) {
    super(driver, postgresDialect(options.schema), options);
  }

  join(client: PgClient): StorageOps {
    if (client.getTransactionStatus?.() === 'I') {
      throw new RmmError('INTERNAL', 'join() needs a connection with an open transaction: run "begin" first.');
    }
    return this.opsOn(
      new PostgresConnection(client, this.schemaLookup, { prepare: this.options.prepare ?? true, serial: true }),
    );
  }
}

/**
 * Keeps the RMM's data in PostgreSQL 12 or newer.
 *
 * @example
 * const storage = postgresStorage({ connectionString: 'postgres://rmm@db.example/rmm', schema: 'rmm' });
 */
export function postgresStorage(options: PostgresStorageOptions): PostgresStorage {
  const timeoutMs = options.transactionTimeoutMs ?? 30_000;
  const driver: SqlDriver = {
    id: 'postgres',
    shared: true,
    open: async (lookup) => {
      const ownsPool = !('pool' in options);
      const pool = ownsPool ? createPool(options) : options.pool;
      const { prepare = true, retryMs = 15_000 } = options;
      const session = new PostgresSession({ pool, ownsPool, prepare, timeoutMs, retryMs }, lookup);
      try {
        await checkServer(pool);
        return session;
      } catch (error) {
        await session.close();
        throw translatePostgresError(error, lookup);
      }
    },
  };
  return new PostgresStorageImpl(driver, options);
}

function createPool(options: { connectionString: string; connections?: number; logger?: Logger }): PgPool {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'rmm',
  });
  // An idle connection that breaks is replaced at the next use.
  pool.on('error', (error) =>
    (options.logger ?? silentLogger).warn('An idle PostgreSQL connection broke.', { error: error.message }),
  );
  return pool;
}

async function checkServer(pool: PgPool): Promise<void> {
  const connection = new PostgresConnection(pool, { uniqueIndex: () => undefined }, { prepare: false });
  const [row] = await connection.all(
    { sql: "select current_setting('server_version_num'), current_setting('server_encoding')" },
    [],
  );
  const [version, encoding] = [Number(row?.[0]), String(row?.[1])];
  if (version < MIN_VERSION) {
    throw new RmmError(
      'STORAGE_INCOMPATIBLE',
      `PostgreSQL 12 or newer is needed; the server has version number ${version}.`,
    );
  }
  if (encoding !== 'UTF8') {
    throw new RmmError('STORAGE_INCOMPATIBLE', `The database has the encoding ${encoding}; create one with UTF8.`);
  }
}
