import type { BrowserGuard } from './browser-guard.js';
import { CSRF_HEADER } from './browser-guard.js';
import { VIEW_AS_HEADER } from './viewed-role.js';

/** Lets pages of the allowed other origins read an answer. Their credentials are theirs to send: the list is exact. */
export function corsHeaders(request: Request, guard: BrowserGuard): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null || !guard.allows(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'content-disposition, retry-after',
  };
}

/** What a browser asks before it lets such a page send JSON or change something. */
export function preflightHeaders(methods: readonly string[]): Record<string, string> {
  return {
    allow: methods.join(', '),
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': `authorization, content-type, ${CSRF_HEADER}, ${VIEW_AS_HEADER}`,
    'access-control-max-age': '600',
  };
}
