import { randomUUID } from 'node:crypto';
import type { Logger } from '@rmm/core/ports';
import { ERROR_CODES, type ErrorBody, isRmmError, RmmError } from '@rmm/protocol';
import { STATUS_OF } from './error-status.js';
import { type ReplyOptions, replyJson } from './reply.js';

/** Where an error happened, for the log. */
export interface ErrorPlace {
  readonly logger: Logger;
  readonly method: string;
  readonly path: string;
}

/** Whatever was thrown, as the body and status that a caller may see. Faults of the server are logged, not told. */
export function replyError(error: unknown, place: ErrorPlace, options: ReplyOptions = {}): Response {
  const body = publicBody(error, place);
  const status = options.status ?? STATUS_OF[body.code] ?? 500;
  return replyJson({ error: body }, { status, headers: { ...headersFor(status, body), ...options.headers } });
}

/** What a caller may know of an error; logs what he may not. */
export function publicBody(error: unknown, place: ErrorPlace): ErrorBody {
  const known = isRmmError(error) ? error : undefined;
  const code = known && known.code in STATUS_OF ? known.code : 'INTERNAL';
  if (known && code === known.code && STATUS_OF[code] !== 500) {
    return new RmmError(code, known.message, known.details && { details: known.details }).toJSON();
  }
  const reported = known?.details?.incident;
  if (typeof reported === 'string') return { code, message: ERROR_CODES[code], details: { incident: reported } };
  const incident = randomUUID();
  place.logger.error('A request failed unexpectedly', {
    incident,
    method: place.method,
    path: place.path,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return { code, message: ERROR_CODES[code], details: { incident } };
}

function headersFor(status: number, { details }: ErrorBody): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  if (status === 429) {
    const ms = details?.retryAfterMs;
    return { 'retry-after': String(typeof ms === 'number' ? Math.max(1, Math.ceil(ms / 1000)) : 60) };
  }
  return status === 503 ? { 'retry-after': '1' } : {};
}
