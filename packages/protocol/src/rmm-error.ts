import type { ErrorCode } from './error-codes.js';

/** One thing wrong with an input. */
export interface InputIssue {
  /** JSON pointer of the offending field, `''` for the whole input. */
  readonly path: string;
  /** What was expected there, for people. */
  readonly message: string;
}

/** An error as it travels: in HTTP bodies, frames and job results. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error type of the SDK. Programs compare {@link RmmError.code}; people read the message, which names the
 * offending field or value and the remedy.
 */
export class RmmError extends Error {
  override readonly name = 'RmmError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: { details?: Readonly<Record<string, unknown>>; cause?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options?.details;
  }

  toJSON(): ErrorBody {
    return { code: this.code, message: this.message, ...(this.details && { details: this.details }) };
  }
}

/** Tells an {@link RmmError} by shape, so that it holds across duplicated packages; optionally of one code. */
export function isRmmError(error: unknown, code?: ErrorCode): error is RmmError {
  return (
    error instanceof Error &&
    error.name === 'RmmError' &&
    'code' in error &&
    (code === undefined || error.code === code)
  );
}
