import type { Authenticated, OperationHost } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { type BrowserGuard, sessionOf } from './guard/browser-guard.js';
import type { Peer, Place } from './guard/place.js';
import { asViewed } from './guard/viewed-role.js';
import { readInput } from './input/read-input.js';
import { reply, replyJson } from './reply/reply.js';
import { publicBody, replyError } from './reply/reply-error.js';
import { replyOutput } from './reply/reply-output.js';
import { type Route, RouteTable } from './route/route-table.js';
import { eventStream } from './stream/event-stream.js';

export interface ApiCall {
  readonly request: Request;
  readonly peer: Peer;
  readonly place: Place;
  /** The path below `/api/v1`. */
  readonly path: string;
}

/** Answers calls below `/api/v1`: finds the operation, the actor and the input, and lets the host run it. */
export class ApiHandler {
  readonly table: RouteTable;
  readonly #host: OperationHost;
  readonly #guard: BrowserGuard;
  readonly #maxBodyBytes: number;

  constructor(host: OperationHost, guard: BrowserGuard, maxBodyBytes: number) {
    this.table = new RouteTable(host.operations);
    this.#host = host;
    this.#guard = guard;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** The methods that a path knows; none when nothing is there. */
  methodsOf(path: string): readonly string[] {
    if (path === '/csrf') return ['GET', 'HEAD', 'OPTIONS'];
    const match = this.table.match('OPTIONS', path);
    if (!match || 'route' in match) return [];
    return [...match.allow, ...(match.allow.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
  }

  async handle(call: ApiCall): Promise<Response> {
    const { request, path, place } = call;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (path === '/csrf' && method === 'GET') return this.#csrf(call);
    const match = this.table.match(method, path);
    if (!match || !('route' in match)) return this.#notFound(call);
    const { contract, name } = match.route;
    const who = await this.#authenticate(request);
    this.#guard.check(request.headers, place.origin, who, contract.kind === 'command');
    const input = await readInput(request, place.url, match, this.#maxBodyBytes);
    if (contract.kind === 'stream') return this.#stream(call, match.route, who, input);
    return replyOutput(await this.#host.call(who.actor, name, input), match.route.path);
  }

  #notFound({ request, path, place }: ApiCall): Response {
    const methods = this.methodsOf(path);
    const error = new RmmError(
      'UNKNOWN_OPERATION',
      methods.length > 0
        ? `${place.path} does not know ${request.method}; use ${methods.join(', ')}.`
        : `Nothing is found at ${place.path}.`,
    );
    const at = { logger: this.#host.logger, method: request.method, path: place.path };
    return methods.length > 0
      ? replyError(error, at, { status: 405, headers: { allow: methods.join(', ') } })
      : replyError(error, at);
  }

  async #authenticate(request: Request): Promise<Authenticated> {
    const { authenticator } = this.#host;
    const who = await authenticator?.authenticate(request);
    if (who) return asViewed(who, request.headers);
    const remedy = authenticator ? 'Sign in, or send a valid token.' : 'This server has no authenticator.';
    throw new RmmError('UNAUTHENTICATED', remedy);
  }

  async #csrf({ request, place }: ApiCall): Promise<Response> {
    const who = await this.#authenticate(request);
    this.#guard.check(request.headers, place.origin, who, false);
    return replyJson({ token: who.via === 'cookie' ? this.#guard.token(sessionOf(who)) : null });
  }

  async #stream(
    { request, peer, place }: ApiCall,
    route: Route,
    who: Authenticated,
    input: unknown,
  ): Promise<Response> {
    const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
    if (request.method === 'HEAD') return reply(null, { headers });
    const over = new AbortController();
    request.signal.addEventListener('abort', () => over.abort(), { once: true });
    // Opened before the answer begins, so that a refusal has its own status.
    const source = await this.#host.call(who.actor, route.name, input, { signal: over.signal });
    if (!isAsyncIterable(source)) throw new Error(`${route.name} is a stream but returned none.`);
    const credentials = new Request(request.url, { headers: [...request.headers] });
    const at = { logger: this.#host.logger, method: request.method, path: place.path };
    const body = eventStream(source, over, {
      clock: this.#host.clock,
      stillAllowed: () => this.#isStill(who, credentials),
      dropped: () => peer.disconnect?.(),
      failed: (error) => ({ error: publicBody(error, at) }),
    });
    return reply(body, { headers });
  }

  /** Whether the credentials still stand for the same actor. */
  async #isStill(who: Authenticated, credentials: Request): Promise<boolean> {
    const now = await this.#host.authenticator?.authenticate(credentials);
    if (!now) return false;
    return JSON.stringify(asViewed(now, credentials.headers).actor) === JSON.stringify(who.actor);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
