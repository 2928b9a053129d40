import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { benchOf } from './testing/bench.js';
import { socketClient } from './testing/socket-client.js';
import { websocketTransport } from './websocket-transport.js';

async function host(options: { handshakesPerSecond?: number } = {}) {
  const server = createServer((_request, response) => response.end('the host'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const origin = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const url = `${origin}/rmm/agents`;
  const transport = websocketTransport({ server, path: '/rmm/agents', publicUrls: [url], ...options });
  const bench = await benchOf(
    transport,
    async () => {},
    () => url,
  );
  return { ...bench, server, origin };
}

test('upgrades of other paths are the host’s own', async () => {
  const { server, origin, connect, transport } = await host();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (incoming, socket, head) => {
    if (incoming.url !== '/live') return;
    sockets.handleUpgrade(incoming, socket, head, (live) => live.close(4321));
  });
  const live = await socketClient({ url: `${origin}/live` });
  const code = new Promise((resolve) => live.socket.once('close', resolve));
  expect(await code).toBe(4321);
  await connect();
  await vi.waitFor(() => expect(transport.stats().links).toBe(1));
});

test('an upgrade that nobody wants is answered', async () => {
  const { origin } = await host();
  await expect(socketClient({ url: `${origin}/live` })).rejects.toThrow('404');
  await expect(socketClient({ url: `${origin}/rmm/agents/` })).rejects.toThrow('404');
});

test('stopping ends the links and leaves the host’s server alone', async () => {
  const { server, origin, connect, transport } = await host();
  const client = await connect();
  await transport.stop();
  expect(await client.next()).toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(server.listening).toBe(true);
  expect(server.listenerCount('upgrade')).toBe(0);
  const [response] = await once(request(origin.replace('ws:', 'http:')).end(), 'response');
  expect(response.statusCode).toBe(200);
  response.resume();
});

test('agents that come faster than allowed are told when to come again', async () => {
  const { connect, transport } = await host({ handshakesPerSecond: 0.5 });
  const clients = await Promise.all(Array.from({ length: 12 }, () => connect()));
  const waits: number[] = [];
  for (const client of clients) {
    void client.next().then((last) => {
      if (last?.kind === 'goodbye' && last.code === 'RATE_LIMITED') waits.push(last.retryAfterMs ?? 0);
    });
  }
  const turnedAway = () => transport.stats().refused.RATE_LIMITED ?? 0;
  await vi.waitUntil(() => transport.stats().links + turnedAway() === 12 && waits.length === turnedAway());
  expect(waits.length).toBeGreaterThan(5);
  // One in two seconds: each comes two seconds after the one before.
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan((waits.length - 1) * 2000 * 0.8);
});
