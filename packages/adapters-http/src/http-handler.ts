import type { OperationHost } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { ApiHandler } from './api-handler.js';
import { AuthRoutes } from './auth-routes.js';
import { BrowserGuard } from './guard/browser-guard.js';
import { TrustedProxies } from './guard/client-address.js';
import { corsHeaders, preflightHeaders } from './guard/cors.js';
import { type Peer, type Place, placeOf } from './guard/place.js';
import { openApiDocument } from './openapi/openapi-document.js';
import { reply, replyJson } from './reply/reply.js';
import { replyError } from './reply/reply-error.js';

/** Whatever serves the paths outside `/api`; `@rmm/adapters-console` makes one. */
export interface ConsoleSite {
  /**
   * @param place `path`: the path below the RMM's mount; `basePath`: that mount, as the client sees it.
   * @returns undefined when there is no such page.
   */
  fetch(request: Request, place: { readonly path: string; readonly basePath: string }): Promise<Response | undefined>;
}

export interface HttpOptions {
  /** Where the RMM is mounted, as `/rmm`, when the host's router does not tell (Express does). Default the root. */
  readonly basePath?: string;
  readonly console?: ConsoleSite;
  /** Addresses or CIDR ranges of the host's proxies, or `loopback`; only from these are `X-Forwarded-*` headers believed. Default none. */
  readonly trustedProxies?: readonly string[];
  /** Other origins whose pages may call with the technician's session, as `https://desk.example.com`. Default none. */
  readonly allowedOrigins?: readonly string[];
  /** Largest accepted request body. Default 4 MiB, enough for the largest script in any encoding. */
  readonly maxBodyBytes?: number;
}

/** Serves a request. `peer` is what the server adapter knows of the connection; `nodeListener` fills it. Never rejects. */
export type HttpHandler = (request: Request, peer?: Peer) => Promise<Response>;

const API = '/api/v1';
const AUTH = '/api/auth';
const OPENAPI = '/api/openapi.json';
/** For the host's developer, in the log: nothing that a caller could mend. */
const BODY_TAKEN =
  'The request body was read before the RMM saw it. Mount the RMM before body parsers, or let them skip its prefix.';

/**
 * The RMM over HTTP: every operation that declares a route under `/api/v1`, its OpenAPI 3.1 description at
 * `/api/openapi.json`, the authenticator's routes under `/api/auth`, and the console at the rest.
 *
 * @example
 * ```ts
 * const handler = httpHandler(rmm);
 * createServer(nodeListener(handler)).listen(8080);
 * ```
 * @throws RmmError `PLUGIN_INVALID` when an operation's route is malformed; TypeError when an option is malformed.
 */
export function httpHandler(host: OperationHost, options: HttpOptions = {}): HttpHandler {
  const basePath = checkedBasePath(options.basePath ?? '');
  const proxies = new TrustedProxies(options.trustedProxies ?? []);
  const guard = new BrowserGuard(host, options.allowedOrigins ?? []);
  const api = new ApiHandler(host, guard, options.maxBodyBytes ?? 4 * 1024 * 1024);
  const auth = new AuthRoutes(host, guard, AUTH);
  const { console } = options;
  let document: object | undefined;

  const route = async (request: Request, peer: Peer, place: Place): Promise<Response> => {
    const { path } = place;
    if (path.startsWith(`${API}/`)) {
      const below = path.slice(API.length);
      const methods = request.method === 'OPTIONS' ? api.methodsOf(below) : [];
      if (methods.length > 0) return reply(null, { status: 204, headers: preflightHeaders(methods) });
      return api.handle({ request, peer, place, path: below });
    }
    if (path === OPENAPI && (request.method === 'GET' || request.method === 'HEAD')) {
      document ??= openApiDocument(api.table.routes);
      return replyJson({ ...document, servers: [{ url: place.base + API }] });
    }
    const answer = path.startsWith(`${AUTH}/`)
      ? await auth.handle(request, place)
      : path === '/api' || path.startsWith('/api/')
        ? undefined
        : await console?.fetch(request, { path, basePath: place.base });
    if (answer) return answer;
    throw new RmmError('UNKNOWN_OPERATION', `Nothing is found at ${path}.`);
  };

  return async (request, peer = {}) => {
    let path = '';
    try {
      const place = placeOf(request, peer, basePath, proxies);
      path = place.path;
      if (peer.bodyTaken || request.bodyUsed) throw new Error(BODY_TAKEN);
      const response = await route(request, peer, place);
      return finish(request, response, path.startsWith('/api/') ? corsHeaders(request, guard) : {});
    } catch (error) {
      const response = replyError(error, { logger: host.logger, method: request.method, path });
      return finish(request, response, path.startsWith('/api/') ? corsHeaders(request, guard) : {});
    }
  };
}

function finish(request: Request, response: Response, headers: Readonly<Record<string, string>>): Response {
  const { status, headers: own } = response;
  for (const [name, value] of Object.entries(headers)) own.append(name, value);
  if (!own.has('x-content-type-options')) own.set('x-content-type-options', 'nosniff');
  return request.method === 'HEAD' && response.body ? new Response(null, { status, headers: own }) : response;
}

function checkedBasePath(basePath: string): string {
  const trimmed = basePath.replace(/\/+$/, '');
  if (trimmed === '' || /^(\/[\w.~-]+)+$/.test(trimmed)) return trimmed;
  throw new TypeError(`basePath: "${basePath}" is no path; write it as /rmm.`);
}
