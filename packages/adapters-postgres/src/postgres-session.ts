import type { MaybePromise, SchemaLookup, SqlConnection, SqlSession, WriteKind } from '@rmm/adapters-sql';
import { isRmmError, RmmError } from '@rmm/protocol';
import type { PgPool, PgPoolClient } from './pg-like.js';
import { PostgresConnection } from './postgres-connection.js';
import { translatePostgresError } from './postgres-error.js';
import { type Attempt, Retry } from './retry.js';

export interface PostgresSessionOptions {
  readonly pool: PgPool;
  /** Whether the pool is ours to end. */
  readonly ownsPool: boolean;
  readonly prepare: boolean;
  readonly timeoutMs: number;
  readonly retryMs: number;
}

/**
 * Whoever waits for another's row will mostly fail when the other commits, and may be in a deadlock, which the server
 * looks for after a whole second: better to give up early and begin again.
 */
const LOCK_WAIT_MS = 100;

/** Single statements run on the pool, transactions on a connection of their own. */
export class PostgresSession implements SqlSession {
  readonly reader: SqlConnection;
  readonly #retry: Retry;
  readonly #begin: string;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly options: PostgresSessionOptions,
    private readonly lookup: SchemaLookup,
  ) {
    this.#retry = new Retry(options.retryMs);
    this.reader = new PostgresConnection(options.pool, lookup, options);
    const settings = [
      `statement_timeout = ${options.timeoutMs}`,
      `idle_in_transaction_session_timeout = ${options.timeoutMs}`,
      `lock_timeout = ${LOCK_WAIT_MS}`,
    ];
    // One round trip. The limits hold even when this process hangs, so that it cannot block the others.
    this.#begin = ['begin isolation level serializable read write', ...settings.map((it) => `set local ${it}`)].join(
      ';',
    );
  }

  /**
   * A statement that reads nothing that others write, or that skips what they are writing, is safe on its own; one that
   * changes what it finds must be ordered with the transactions around it.
   */
  write<R>(kind: WriteKind, work: (connection: SqlConnection) => MaybePromise<R>): Promise<R> {
    if (kind === 'change') return this.transaction(async (connection) => work(connection));
    return this.#tracked(
      this.#retry.run(async () => {
        const connection = new PostgresConnection(this.options.pool, this.lookup, this.options);
        return attempted(connection, async () => work(connection));
      }),
    );
  }

  transaction<R>(work: (connection: SqlConnection) => Promise<R>): Promise<R> {
    return this.#tracked(this.#retry.run(() => this.#attempt(work)));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    if (this.options.ownsPool) await this.options.pool.end();
  }

  async #attempt<R>(work: (connection: SqlConnection) => Promise<R>): Promise<Attempt<R>> {
    const client = await this.#connect();
    // A connection that breaks between two statements has no one to tell but us; the next statement fails anyway.
    client.on('error', noop);
    const connection = new PostgresConnection(client, this.lookup, { ...this.options, serial: true });
    let reusable = false;
    try {
      return await attempted(connection, async () => {
        await connection.control(this.#begin);
        const value = await work(connection);
        await commit(connection);
        reusable = true;
        return value;
      });
    } finally {
      if (!reusable) reusable = await rolledBack(connection);
      if (reusable) client.off('error', noop);
      client.release(!reusable);
    }
  }

  async #connect(): Promise<PgPoolClient> {
    try {
      return await this.options.pool.connect();
    } catch (error) {
      throw translatePostgresError(error, this.lookup);
    }
  }

  #tracked<R>(promise: Promise<R>): Promise<R> {
    this.#underWay.add(promise);
    const done = () => this.#underWay.delete(promise);
    promise.then(done, done);
    return promise;
  }
}

/** Whatever `work` makes of a clash, it can be run again. */
async function attempted<R>(connection: PostgresConnection, work: () => Promise<R>): Promise<Attempt<R>> {
  try {
    return { done: true, value: await work() };
  } catch (error) {
    if (!connection.clashed) throw error;
    const clash = isRmmError(error, 'STORAGE_BUSY')
      ? error
      : new RmmError('STORAGE_BUSY', 'The transaction kept clashing with concurrent ones; try again.', {
          cause: error,
        });
    return { done: false, error: clash };
  }
}

async function commit(connection: PostgresConnection): Promise<void> {
  let command: string;
  try {
    command = (await connection.control('commit')).command;
  } catch (error) {
    if (!isRmmError(error, 'STORAGE_UNWRITABLE')) throw error;
    throw new RmmError(
      'STORAGE_UNWRITABLE',
      'The connection to PostgreSQL was lost during a commit: whether the transaction took effect is not known. Read before repeating it.',
      { details: { reason: 'outcome-unknown' }, cause: error },
    );
  }
  // A failed transaction answers a commit with a rollback, without an error.
  if (command === 'ROLLBACK')
    throw new RmmError('INTERNAL', 'PostgreSQL rolled back a transaction whose statement had failed.');
}

/** Ends a transaction without effect; false when the connection must not be used again. */
async function rolledBack(connection: PostgresConnection): Promise<boolean> {
  if (connection.pending > 0) return false;
  try {
    await connection.control('rollback');
    return true;
  } catch {
    return false;
  }
}

function noop(): void {}
