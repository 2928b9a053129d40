import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Authenticated, OperationHost } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';

/** The header in which browsers prove that a page of ours made the call. */
export const CSRF_HEADER = 'x-rmm-csrf';

/**
 * Keeps other sites' pages from using a technician's cookies: checks where a browser request came from, and makes and
 * checks the token that state changes must carry (an HMAC of the session, so nothing is stored).
 */
export class BrowserGuard {
  readonly #allowed: ReadonlySet<string>;
  readonly #key: Uint8Array;

  /** @param allowedOrigins further origins whose pages may call, as `https://desk.example.com`. */
  constructor(host: OperationHost, allowedOrigins: readonly string[]) {
    this.#allowed = new Set(allowedOrigins.map(checkedOrigin));
    this.#key = host.secret('csrf');
  }

  allows(origin: string): boolean {
    return this.#allowed.has(origin);
  }

  token(sessionId: string): string {
    return createHmac('sha256', this.#key).update(sessionId).digest('base64url');
  }

  /** @throws RmmError `ORIGIN_REFUSED`, `CSRF_TOKEN_REFUSED`. */
  check(headers: Headers, ownOrigin: string, who: Authenticated, changes: boolean): void {
    if (who.via !== 'cookie') return;
    const told = this.checkOrigin(headers, ownOrigin);
    if (!changes) return;
    if (!told) throw new RmmError('ORIGIN_REFUSED', 'The browser request names no origin.');
    const sent = Buffer.from(headers.get(CSRF_HEADER) ?? '');
    const expected = Buffer.from(this.token(sessionOf(who)));
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) {
      throw new RmmError('CSRF_TOKEN_REFUSED', `Send the token from GET /api/v1/csrf in the header ${CSRF_HEADER}.`);
    }
  }

  /** Refuses requests that a browser made for a page of elsewhere. True when the request told where it comes from. */
  checkOrigin(headers: Headers, ownOrigin: string): boolean {
    const origin = headers.get('origin');
    if (origin !== null) {
      if (this.allows(origin) || isSame(origin, ownOrigin)) return true;
      throw new RmmError('ORIGIN_REFUSED', `Requests from ${origin.slice(0, 200)} are not allowed here.`);
    }
    const site = headers.get('sec-fetch-site');
    if (site === null || site === 'same-origin' || site === 'none') return site === 'same-origin';
    throw new RmmError('ORIGIN_REFUSED', 'A page of another site made this request.');
  }
}

/** A cookie session without a name could not be told from others; that is a fault of the authenticator. */
export function sessionOf(who: Authenticated): string {
  if (who.sessionId) return who.sessionId;
  throw new Error('The authenticator returned a cookie session without a sessionId.');
}

/**
 * Same host, and not a page over plain HTTP calling in over TLS. The reverse is allowed: a proxy that ends TLS without
 * being among the trusted ones makes this server believe in HTTP.
 */
function isSame(origin: string, own: string): boolean {
  if (origin === own) return true;
  if (!URL.canParse(origin)) return false;
  const theirs = new URL(origin);
  const ours = new URL(own);
  return theirs.host === ours.host && theirs.protocol === 'https:';
}

function checkedOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  throw new TypeError(`allowedOrigins: "${origin}" is no origin; write it as https://desk.example.com.`);
}
