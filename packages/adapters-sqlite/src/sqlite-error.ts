import { uniqueError } from '@rmm/adapters-sql';
import { RmmError } from '@rmm/protocol';
import Sqlite from 'better-sqlite3';

const { SqliteError } = Sqlite;

/** `UNIQUE constraint failed: rmm_job.system_id, rmm_job.name`: the text is all that SQLite tells. */
const UNIQUE_COLUMNS = /^UNIQUE constraint failed: (.+)$/;

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function uniqueViolation(error: Error): RmmError {
  const columns = (UNIQUE_COLUMNS.exec(error.message)?.[1] ?? '').split(', ').filter((name) => name.includes('.'));
  const model = camelCase(columns[0]?.split('.')[0]?.replace(/^rmm_/, '') ?? '');
  const fields = columns.map((column) => camelCase(column.split('.')[1] ?? ''));
  return uniqueError(model, fields, error);
}

function unwritable(message: string, reason: string, file: string, cause: unknown): RmmError {
  return new RmmError('STORAGE_UNWRITABLE', message, { details: { file, reason }, cause });
}

export function isBusy(error: unknown): boolean {
  return error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/** Gives SQLite's errors their codes; other errors pass unchanged. */
export function translateSqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof SqliteError)) return error;
  const { code } = error;
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') return uniqueViolation(error);
  switch (code.split('_')[1]) {
    case 'BUSY':
      return new RmmError('STORAGE_BUSY', `Another program holds ${file} locked; try again.`, { cause: error });
    case 'CORRUPT':
    case 'NOTADB':
      return unwritable(
        `${file} is damaged or not an SQLite database (${error.message}). Restore it from a backup; keep the damaged file for repair with "sqlite3 .recover".`,
        'corrupt',
        file,
        error,
      );
    case 'FULL':
      return unwritable(`The disk that holds ${file} is full. Free some space; nothing was lost.`, 'full', file, error);
    case 'READONLY':
    case 'CANTOPEN':
    case 'PERM':
    case 'AUTH':
      return unwritable(
        `${file} cannot be written (${error.message}). Make the file and its folder writable for this user, or choose another place.`,
        'permission',
        file,
        error,
      );
    case 'IOERR':
      return unwritable(`Reading or writing ${file} failed (${code}). Check the disk.`, 'io', file, error);
    default:
      return error;
  }
}
