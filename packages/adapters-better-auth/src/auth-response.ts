import type { ErrorBody, ErrorCode } from '@rmm/protocol';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'INVALID_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'INVALID_INPUT',
  429: 'RATE_LIMITED',
};
const ORIGIN_REASONS = new Set(['INVALID_ORIGIN', 'MISSING_OR_NULL_ORIGIN', 'CROSS_SITE_NAVIGATION_LOGIN_BLOCKED']);
/** How long an account stays locked after too many wrong codes; Better Auth does not tell. */
const LOCKED_MS = 15 * 60_000;

/** Better Auth's refusals in the words of the RMM's API: `{ error: { code, message, details } }`. */
export async function inApiTerms(response: Response): Promise<Response> {
  if (response.status < 400) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  headers.delete('x-retry-after');
  const error = errorOf(response.status, parse(await response.text()), response.headers);
  const wait = error.details?.retryAfterMs;
  if (typeof wait === 'number') headers.set('retry-after', String(Math.ceil(wait / 1000)));
  return new Response(JSON.stringify({ error }), { status: response.status, headers });
}

function errorOf(status: number, body: Readonly<Record<string, unknown>>, headers: Headers): ErrorBody {
  const reason = typeof body.code === 'string' ? body.code : undefined;
  const told = typeof body.message === 'string' && status < 500 ? body.message : 'Sign-in failed on the server.';
  const message = /[.!?]$/.test(told) ? told : `${told}.`;
  const code = reason && ORIGIN_REASONS.has(reason) ? 'ORIGIN_REFUSED' : (CODE_OF_STATUS[status] ?? 'INTERNAL');
  const seconds = Number(headers.get('x-retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : LOCKED_MS;
  const details = { ...(reason && { reason }), ...(status === 429 && { retryAfterMs }) };
  return { code, message, ...(Object.keys(details).length > 0 && { details }) };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
