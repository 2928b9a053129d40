import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { RmmError } from '@rmm/protocol';
import type { Peer } from './guard/place.js';
import type { HttpHandler } from './http-handler.js';
import { STATUS_OF } from './reply/error-status.js';
import { replyJson } from './reply/reply.js';

/** What Express and its kin leave on a request. */
type Mounted = IncomingMessage & { originalUrl?: unknown; baseUrl?: unknown; body?: unknown; rawBody?: Buffer };

/**
 * Makes a listener for `node:http`, and for every framework that hands out Node's own request and response.
 *
 * @example
 * ```ts
 * createServer(nodeListener(handler));             // node:http
 * app.use('/rmm', nodeListener(handler));          // Express: the prefix is found out
 * ```
 */
export function nodeListener(
  handler: HttpHandler,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return getRequestListener(
    (request, env) => {
      const incoming = env.incoming as Mounted;
      const bodyTaken = !restoreBody(incoming);
      return handler(request, { ...peerOf(incoming), bodyTaken, disconnect: () => env.outgoing.destroy() });
    },
    // The host's own Request and Response stay what they are.
    { overrideGlobalObjects: false, errorHandler: replyMalformed },
  );
}

function peerOf(incoming: Mounted): Peer {
  const { remoteAddress } = incoming.socket;
  const mountPath = mountOf(incoming);
  return { ...(remoteAddress !== undefined && { remoteAddress }), ...(mountPath !== '' && { mountPath }) };
}

/** Express tells the prefix that it took off; others only keep the whole URL. */
function mountOf({ baseUrl, originalUrl, url = '/' }: Mounted): string {
  if (typeof baseUrl === 'string') return baseUrl;
  if (typeof originalUrl !== 'string' || !originalUrl.endsWith(url)) return '';
  return originalUrl.slice(0, originalUrl.length - url.length);
}

/**
 * When the host's body parser was quicker, its result is turned back into the bytes that it came from. False when there
 * was a body and its result is not to be found.
 */
function restoreBody(incoming: Mounted): boolean {
  const { body, headers } = incoming;
  if (!incoming.readableDidRead || incoming.rawBody) return true;
  if (body === undefined || body === null) {
    return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  }
  incoming.rawBody = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return true;
}

/** Requests that are not even HTTP enough to reach the handler: no host, a broken URL. */
function replyMalformed(error: unknown): Response {
  const reason = error instanceof Error ? error.message : 'malformed';
  const { code, message } = new RmmError('INVALID_INPUT', `The request is malformed: ${reason}.`);
  return replyJson({ error: { code, message } }, { status: STATUS_OF.INVALID_INPUT });
}
