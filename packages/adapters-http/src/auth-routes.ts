import type { OperationHost } from '@rmm/core/ports';
import type { BrowserGuard } from './guard/browser-guard.js';
import type { Place } from './guard/place.js';

/**
 * The header in which an authenticator finds the client's address, for its rate limits. Whatever a client sends under
 * this name is thrown away; it is absent when the address is not known.
 */
export const CLIENT_ADDRESS_HEADER = 'x-rmm-client-address';

/** Hands the authenticator the requests that are its own: sign-in, sign-out, two-factor. */
export class AuthRoutes {
  readonly #host: OperationHost;
  readonly #guard: BrowserGuard;
  readonly #path: string;

  constructor(host: OperationHost, guard: BrowserGuard, path: string) {
    this.#host = host;
    this.#guard = guard;
    this.#path = path;
  }

  async handle(request: Request, place: Place): Promise<Response | undefined> {
    const { authenticator } = this.#host;
    if (!authenticator?.handle) return undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') this.#guard.checkOrigin(request.headers, place.origin);
    const response = await authenticator.handle(asClientSees(request, place), place.base + this.#path);
    if (!response) return undefined;
    const headers = new Headers(response.headers);
    headers.set('cache-control', 'no-store');
    return new Response(response.body, { status: response.status, headers });
  }
}

/** The request with the address that the client used, for redirects and cookies, and with the client's own address. */
function asClientSees(request: Request, { url, origin, base, path, client }: Place): Request {
  const headers = new Headers(request.headers);
  for (const name of [...headers.keys()]) {
    if (name === CLIENT_ADDRESS_HEADER || name.startsWith('x-forwarded-') || name === 'forwarded') headers.delete(name);
  }
  headers.set('host', new URL(origin).host);
  if (client !== undefined) headers.set(CLIENT_ADDRESS_HEADER, client);
  const { method } = request;
  const body = method === 'GET' || method === 'HEAD' ? null : request.body;
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, duplex: 'half' };
  return new Request(origin + base + path + url.search, init);
}
