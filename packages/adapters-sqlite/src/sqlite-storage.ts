import { type SqlDriver, SqlStorage, sqliteDialect } from '@rmm/adapters-sql';
import type { Storage, StorageOps } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import type Sqlite from 'better-sqlite3';
import { openFiles } from './open-files.js';
import { SqliteConnection } from './sqlite-connection.js';
import type { SqliteStorageOptions } from './sqlite-options.js';
import { SqliteSession } from './sqlite-session.js';

/** Storage in one SQLite file, for one server process. */
export interface SqliteStorage extends Storage {
  /**
   * The primitives on a connection of the host's own to the same file, inside the transaction that the host has open
   * there: they commit or roll back with it. While that transaction is open the server's own writes wait, so keep it short.
   * @throws RmmError `INTERNAL` when the connection has no open transaction
   */
  join(db: Sqlite.Database): StorageOps;
}

class SqliteStorageImpl extends SqlStorage implements SqliteStorage {
  join(db: Sqlite.Database): StorageOps {
    if (!db.inTransaction) {
      throw new RmmError(
        'INTERNAL',
        'join() needs a connection with an open transaction: run "begin immediate" first.',
      );
    }
    return this.opsOn(new SqliteConnection(db));
  }
}

/**
 * Keeps the RMM's data in an SQLite file (write-ahead log, one writer, commits in groups).
 *
 * @example
 * const storage = sqliteStorage({ file: 'data/rmm.db' });
 */
export function sqliteStorage(options: SqliteStorageOptions): SqliteStorage {
  const driver: SqlDriver = {
    id: 'sqlite',
    shared: false,
    open: async () => new SqliteSession(openFiles(options)),
  };
  return new SqliteStorageImpl(driver, sqliteDialect, options);
}
