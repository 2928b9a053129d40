import type { BlobStore, FindOptions, ModelDef, Order, Row, Storage, StorageOps, Where } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { migrateTables } from './migration.js';
import { SqlBlobs } from './sql-blobs.js';
import type { SqlConnection } from './sql-connection.js';
import type { SqlDialect } from './sql-dialect.js';
import { SqlOps } from './sql-ops.js';
import { SqlSchema } from './sql-schema.js';
import type { SchemaLookup, SqlDriver, SqlSession, WriteKind } from './sql-session.js';
import { TransactionGuard } from './transaction-guard.js';

export interface SqlStorageOptions {
  /** After how many milliseconds a transaction whose `work` has not ended is rolled back. Default 30,000. */
  readonly transactionTimeoutMs?: number;
}

/** The storage port over a SQL driver. */
export class SqlStorage implements Storage {
  readonly contract = 1;
  readonly id: string;
  readonly capabilities: { readonly shared: boolean };
  readonly blobs: BlobStore;
  readonly #schema: SqlSchema;
  readonly #guard: TransactionGuard;
  #session: Promise<SqlSession> | undefined;

  constructor(
    private readonly driver: SqlDriver,
    dialect: SqlDialect,
    options: SqlStorageOptions,
  ) {
    this.id = driver.id;
    this.capabilities = { shared: driver.shared };
    this.#schema = new SqlSchema(dialect);
    this.#guard = new TransactionGuard(options.transactionTimeoutMs ?? 30_000);
    const blobs = new SqlBlobs(this.#schema);
    this.blobs = {
      put: (systemId, bytes) => this.#write('insert', (connection) => blobs.put(connection, systemId, bytes)),
      get: async (systemId, hash) => blobs.get((await this.#open()).reader, systemId, hash),
      remove: (systemId, hash) => this.#write('change', (connection) => blobs.remove(connection, systemId, hash)),
    };
  }

  async migrate(models: readonly ModelDef[]): Promise<void> {
    this.#guard.refuseNested();
    const tables = this.#schema.define(models);
    const session = await this.#openOnce();
    await session.transaction((connection) => migrateTables(this.#schema, connection, tables));
    this.#schema.add(tables);
  }

  insert(model: string, rows: readonly Row[]): Promise<void> {
    return this.#writeOp('insert', (ops) => ops.insert(model, rows));
  }

  put(model: string, rows: readonly Row[]): Promise<void> {
    return this.#writeOp('insert', (ops) => ops.put(model, rows));
  }

  async find(model: string, options?: FindOptions): Promise<readonly Row[]> {
    return this.#ops((await this.#open()).reader).find(model, options);
  }

  async count(model: string, where?: Where): Promise<number> {
    return this.#ops((await this.#open()).reader).count(model, where);
  }

  update(model: string, where: Where, set: Row): Promise<number> {
    return this.#writeOp('change', (ops) => ops.update(model, where, set));
  }

  remove(model: string, where: Where): Promise<number> {
    return this.#writeOp('change', (ops) => ops.remove(model, where));
  }

  claim(
    model: string,
    where: Where,
    set: Row,
    options: { limit: number; order?: readonly Order[] },
  ): Promise<readonly Row[]> {
    return this.#writeOp('claim', (ops) => ops.claim(model, where, set, options));
  }

  async transaction<R>(work: (tx: StorageOps) => Promise<R>): Promise<R> {
    this.#guard.refuseNested();
    const guarded = this.#guard.bind(work);
    const session = await this.#open();
    return session.transaction((connection) => guarded(this.#ops(connection)));
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await (await session?.catch(() => undefined))?.close();
  }

  /** The primitives on a connection whose transaction someone else owns. */
  protected opsOn(connection: SqlConnection): StorageOps {
    return this.#ops(connection);
  }

  protected get schemaLookup(): SchemaLookup {
    return this.#schema;
  }

  #ops(connection: SqlConnection): StorageOps {
    return new SqlOps(this.#schema, connection);
  }

  #writeOp<R>(kind: WriteKind, operation: (ops: StorageOps) => Promise<R>): Promise<R> {
    return this.#write(kind, (connection) => operation(this.#ops(connection)));
  }

  async #write<R>(kind: WriteKind, work: (connection: SqlConnection) => Promise<R>): Promise<R> {
    this.#guard.refuseNested();
    return (await this.#open()).write(kind, work);
  }

  #open(): Promise<SqlSession> {
    if (this.#session === undefined) {
      return Promise.reject(new RmmError('NOT_STARTED', 'The storage is not open: call migrate() first.'));
    }
    return this.#session;
  }

  /** A failed attempt to open leaves the storage closed, so that it can be tried again. */
  #openOnce(): Promise<SqlSession> {
    if (this.#session === undefined) {
      const opening = this.driver.open(this.#schema);
      this.#session = opening;
      opening.catch(() => {
        if (this.#session === opening) this.#session = undefined;
      });
    }
    return this.#session;
  }
}
