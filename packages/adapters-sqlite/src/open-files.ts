import { closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { RmmError } from '@rmm/protocol';
import Sqlite from 'better-sqlite3';
import { lockFile } from './file-lock.js';
import { translateSqliteError } from './sqlite-error.js';
import type { SqliteStorageOptions } from './sqlite-options.js';

/** A database under its lock. */
export interface OpenFiles {
  readonly writer: Sqlite.Database;
  readonly reader: Sqlite.Database;
  close(): void;
}

type Synchronous = 'full' | 'normal' | 'off';

/** @throws RmmError `STORAGE_LOCKED`, `STORAGE_UNWRITABLE` */
export function openFiles(options: SqliteStorageOptions): OpenFiles {
  if ('memory' in options) return openTemporary();
  const file = prepareFile(resolve(options.file));
  return openDatabase(file, options.durability === 'process-crash' ? 'normal' : 'full', () => {});
}

/**
 * SQLite's in-memory databases cannot be read on one connection while another writes, so "memory" is a file whose name
 * goes away at once where the system allows it, and else at the end.
 */
function openTemporary(): OpenFiles {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-memory-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const files = openDatabase(join(folder, 'data.db'), 'off', remove);
  if (process.platform !== 'win32') remove();
  return files;
}

/** Makes the file, readable by this user only: it holds credentials. Symbolic links must not lead around the lock. */
function prepareFile(file: string): string {
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, 'a', 0o600));
    return realpathSync(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RmmError(
      'STORAGE_UNWRITABLE',
      `The data file ${file} cannot be written (${why}). Make its folder writable for this user, or choose another one.`,
      { details: { file, reason: 'permission' }, cause },
    );
  }
}

function openDatabase(file: string, synchronous: Synchronous, afterClose: () => void): OpenFiles {
  const opened: (() => void)[] = [];
  const close = () => {
    for (const undo of opened.splice(0).reverse()) undo();
    afterClose();
  };
  try {
    opened.push(lockFile(file));
    const connect = () => {
      const db = new Sqlite(file);
      opened.push(() => db.close());
      return db;
    };
    const writer = connect();
    prepareWriter(writer, synchronous);
    const reader = connect();
    prepareReader(reader);
    return { writer, reader, close };
  } catch (error) {
    close();
    throw translateSqliteError(error, file);
  }
}

function prepareWriter(db: Sqlite.Database, synchronous: Synchronous): void {
  db.pragma('journal_mode = wal');
  db.pragma(`synchronous = ${synchronous}`);
  // Give a burst's disk space back, and move pages to the database file in larger steps.
  db.pragma('journal_size_limit = 67108864');
  db.pragma('wal_autocheckpoint = 1000');
  db.pragma('temp_store = memory');
  db.pragma('cell_size_check = on');
  // The commit queue waits for other programs by itself, without blocking this process.
  db.pragma('busy_timeout = 0');
  // Touches the write-ahead log, so that a temporary file's name can go away.
  db.exec('begin immediate; commit');
}

function prepareReader(db: Sqlite.Database): void {
  db.pragma('query_only = on');
  db.pragma('temp_store = memory');
  db.pragma('cache_size = -32000');
  db.prepare('select count(*) from sqlite_schema').get();
}
