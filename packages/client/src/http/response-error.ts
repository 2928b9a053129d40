import { type ErrorCode, RmmError } from '@rmm/protocol';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'INVALID_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'INVALID_INPUT',
  429: 'RATE_LIMITED',
  503: 'SHUTTING_DOWN',
};

type Json = Readonly<Record<string, unknown>>;

/**
 * The error that a refused request stands for. The API answers `{ error: { code, message, details } }`; authenticators
 * answer `{ code, message }` with codes of their own (kept as `details.reason`), and proxies in between with anything:
 * then the status decides.
 */
export async function responseError(response: Response): Promise<RmmError> {
  const body = parse(await response.text().catch(() => ''));
  const own = isObject(body.error) ? body.error : undefined;
  const told = own ?? body;
  const code = isErrorCode(own?.code) ? own.code : (BY_STATUS[response.status] ?? 'INTERNAL');
  const message = typeof told.message === 'string' && told.message ? told.message : fallback(response);
  const details = { ...(isObject(told.details) ? told.details : {}) };
  if (!own && typeof told.code === 'string') details.reason = told.code;
  const seconds = Number(response.headers.get('retry-after') ?? response.headers.get('x-retry-after') ?? Number.NaN);
  if (Number.isFinite(seconds)) details.retryAfterMs ??= seconds * 1000;
  return new RmmError(code, message, Object.keys(details).length > 0 ? { details } : undefined);
}

function fallback(response: Response): string {
  return `The server answered ${response.status} ${response.statusText}`.trim();
}

function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By shape only: the table of codes is large, and plugins add theirs. */
function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && /^[A-Z][A-Z0-9_]*$/.test(value);
}
