import { createServer, type Server } from 'node:http';
import { getConnInfo } from '@hono/node-server/conninfo';
import { httpHandler, nodeListener } from '@rmm/adapters-http';
import type { OperationHost } from '@rmm/core/ports';
import fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';

/** Plain `node:http`. */
export function inNodeHttp(rmm: OperationHost): Server {
  const listener = nodeListener(httpHandler(rmm, { basePath: '/rmm' }));
  return createServer((request, response) => {
    if (request.url?.startsWith('/rmm/')) void listener(request, response);
    else response.setHeader('content-type', 'application/json').end('{"product":"Helpdesk"}');
  });
}

/** Fastify: within the prefix its own body parsers stand back. */
export function inFastify(rmm: OperationHost): FastifyInstance {
  const app = fastify();
  const listener = nodeListener(httpHandler(rmm, { basePath: '/rmm' }));
  app.get('/', async () => ({ product: 'Helpdesk' }));
  app.register(
    (scope, _options, ready) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      scope.all('/*', (request, reply) => {
        reply.hijack();
        return listener(request.raw, reply.raw);
      });
      ready();
    },
    { prefix: '/rmm' },
  );
  return app;
}

/** Hono, and whatever else calls a `fetch` handler. */
export function inHono(rmm: OperationHost): Hono {
  const app = new Hono();
  const handler = httpHandler(rmm, { basePath: '/rmm' });
  app.get('/', (context) => context.json({ product: 'Helpdesk' }));
  app.all('/rmm/*', (context) => {
    const { address } = getConnInfo(context).remote;
    return handler(context.req.raw, address === undefined ? {} : { remoteAddress: address });
  });
  return app;
}
