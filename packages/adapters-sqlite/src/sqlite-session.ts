import type { MaybePromise, SqlConnection, SqlSession, WriteKind } from '@rmm/adapters-sql';
import { CommitQueue } from './commit-queue.js';
import type { OpenFiles } from './open-files.js';
import { SqliteConnection } from './sqlite-connection.js';

/** One connection that writes, in turn, and one that reads what is committed. */
export class SqliteSession implements SqlSession {
  readonly reader: SqlConnection;
  readonly #writer: SqlConnection;
  readonly #queue: CommitQueue;

  constructor(private readonly files: OpenFiles) {
    this.reader = new SqliteConnection(files.reader);
    this.#writer = new SqliteConnection(files.writer);
    this.#queue = new CommitQueue(files.writer);
  }

  /** Operations are all or nothing by themselves. */
  write<R>(_kind: WriteKind, work: (connection: SqlConnection) => MaybePromise<R>): Promise<R> {
    return this.#queue.submit(false, () => work(this.#writer));
  }

  transaction<R>(work: (connection: SqlConnection) => Promise<R>): Promise<R> {
    return this.#queue.submit(true, () => work(this.#writer));
  }

  async close(): Promise<void> {
    await this.#queue.idle();
    this.files.close();
  }
}
