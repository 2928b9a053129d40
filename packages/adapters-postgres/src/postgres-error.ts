import { type SchemaLookup, uniqueError } from '@rmm/adapters-sql';
import { RmmError } from '@rmm/protocol';

/** An error that the server reported, known by shape: the host's pool may come from another copy of `pg`. */
interface ServerError extends Error {
  /** SQLSTATE. */
  readonly code: string;
  readonly severity: string;
  readonly constraint?: string;
  readonly table?: string;
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';
}

/** Serialization failure, deadlock, lock not available. */
const CLASHES: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);

/** Whether the same transaction may well succeed when it is run again. */
export function isClash(error: unknown): boolean {
  return isServerError(error) && CLASHES.has(error.code);
}

const unreachable = (why: string, cause: unknown) =>
  new RmmError(
    'STORAGE_UNWRITABLE',
    `The PostgreSQL server cannot be used (${why}). Check that it runs and is reachable; then try again.`,
    {
      details: { reason: 'unreachable' },
      cause,
    },
  );

const refused = (why: string, cause: unknown) =>
  new RmmError(
    'STORAGE_UNWRITABLE',
    `PostgreSQL refused the access (${why}). Check the connection string and the rights of its user.`,
    {
      details: { reason: 'permission' },
      cause,
    },
  );

/** Gives PostgreSQL's errors their codes. What the server did not report comes from the connection. */
export function translatePostgresError(error: unknown, lookup: SchemaLookup): unknown {
  if (!(error instanceof Error) || error instanceof RmmError) return error;
  if (!isServerError(error)) return unreachable(error.message || 'no connection', error);
  if (error.code === '23505') {
    const unique = lookup.uniqueIndex(error.constraint ?? '');
    return uniqueError(unique?.model ?? error.table ?? '', unique?.fields ?? [], error);
  }
  if (isClash(error)) {
    return new RmmError('STORAGE_BUSY', 'The transaction clashed with concurrent ones; try again.', { cause: error });
  }
  switch (error.code) {
    case '57014':
    case '25P03':
      return new RmmError('STORAGE_BUSY', 'The database cancelled a transaction that took too long.', { cause: error });
    case '53100':
      return new RmmError('STORAGE_UNWRITABLE', 'The disk of the PostgreSQL server is full. Free some space there.', {
        details: { reason: 'full' },
        cause: error,
      });
    case '25006':
    case '42501':
    case '3D000':
      return refused(error.message, error);
  }
  if (/^(08|53|57P)/.test(error.code)) return unreachable(error.message, error);
  if (error.code.startsWith('28')) return refused(error.message, error);
  if (error.code.startsWith('XX')) {
    return new RmmError('STORAGE_UNWRITABLE', `PostgreSQL reports damaged data (${error.message}).`, {
      details: { reason: 'corrupt' },
      cause: error,
    });
  }
  return error;
}
