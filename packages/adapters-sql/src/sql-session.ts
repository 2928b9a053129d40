import type { MaybePromise, SqlConnection } from './sql-connection.js';

/**
 * What an operation outside of transactions needs to be undisturbed:
 * - `insert`: reads nothing, its statement is atomic
 * - `change`: reads what it changes
 * - `claim`: skips what others are changing
 */
export type WriteKind = 'insert' | 'change' | 'claim';

/** An open database, as a driver offers it. */
export interface SqlSession {
  /** For reads outside of transactions; sees committed rows only. */
  readonly reader: SqlConnection;
  /** Runs one operation; durable once the promise resolves. */
  write<R>(kind: WriteKind, work: (connection: SqlConnection) => MaybePromise<R>): Promise<R>;
  /** Runs `work` in a serializable transaction, perhaps several times; durable once the promise resolves. */
  transaction<R>(work: (connection: SqlConnection) => Promise<R>): Promise<R>;
  /** Finishes what is under way and closes. */
  close(): Promise<void>;
}

/** What a driver may ask about the tables. */
export interface SchemaLookup {
  /** The model and fields that a unique index guards. */
  uniqueIndex(name: string): { readonly model: string; readonly fields: readonly string[] } | undefined;
}

/** A database driver. */
export interface SqlDriver {
  readonly id: string;
  readonly shared: boolean;
  /** @throws RmmError `STORAGE_LOCKED`, `STORAGE_UNWRITABLE` */
  open(lookup: SchemaLookup): Promise<SqlSession>;
}
