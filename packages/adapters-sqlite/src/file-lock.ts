import { RmmError } from '@rmm/protocol';
import Sqlite from 'better-sqlite3';
import { isBusy } from './sqlite-error.js';

/**
 * Takes the lock that keeps a second server off the data: SQLite's exclusive lock on an empty database beside it. The
 * operating system lets go of it when the process ends, however it ends.
 * @returns what releases it
 * @throws RmmError `STORAGE_LOCKED`
 */
export function lockFile(file: string): () => void {
  const lock = new Sqlite(`${file}.lock`, { timeout: 0 });
  try {
    // A journal file would outlive a crash.
    lock.pragma('journal_mode = memory');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new RmmError(
      'STORAGE_LOCKED',
      `Another server process already uses ${file}. Stop it, or give this one a data folder of its own.`,
      { details: { file }, cause: error },
    );
  }
  return () => lock.close();
}
