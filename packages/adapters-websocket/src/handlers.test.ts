import type { AgentLink, AgentLinkHandler } from '@rmm/core/ports';
import { expect, onTestFinished, test, vi } from 'vitest';
import { socketClient } from './testing/socket-client.js';
import { testTls } from './testing/test-tls.js';
import { websocketTransport } from './websocket-transport.js';

async function serve(accept: (link: AgentLink) => AgentLinkHandler) {
  const transport = websocketTransport({ host: '127.0.0.1', port: 0, tls: await testTls() });
  await transport.start(accept);
  onTestFinished(() => transport.stop());
  return { transport, connect: () => socketClient({ url: transport.endpoint().urls[0] ?? '' }) };
}

test('a server that will not have a link says so at once, and hears of its end once', async () => {
  const closed = vi.fn();
  const frame = vi.fn(async () => {});
  const { connect } = await serve((link) => {
    link.close({ code: 'RATE_LIMITED', message: 'Not now', details: { retryAfterMs: 7 } });
    return { frame, alive: () => {}, closed };
  });
  const client = await connect();
  client.send({ kind: 'pull', limit: 1 });
  expect(await client.next()).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7 });
  await client.ended;
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  expect(frame).not.toHaveBeenCalled();
});

test('a server that throws when a link opens, lives or closes goes on serving others', async () => {
  const fault = () => {
    throw new Error('A fault');
  };
  let opened = 0;
  const { connect, transport } = await serve(() => {
    opened += 1;
    if (opened === 1) fault();
    return { frame: async () => {}, alive: opened === 2 ? fault : () => {}, closed: fault };
  });
  const first = await connect();
  expect(await first.next()).toMatchObject({ code: 'INTERNAL' });
  const second = await connect();
  second.ping();
  expect(await second.next()).toMatchObject({ code: 'INTERNAL' });
  await second.ended;
  const third = await connect();
  third.send({ kind: 'pull', limit: 1 });
  await vi.waitFor(() => expect(transport.stats()).toMatchObject({ links: 1, frames: 1 }));
});

test('a frame can be sent from within the opening, and is the first that the agent gets', async () => {
  const { connect } = await serve((link) => {
    link.send({ kind: 'challenge', nonce: link.id, versions: { min: 1, max: 1 } });
    return { frame: async () => {}, alive: () => {}, closed: () => {} };
  });
  expect(await (await connect()).next()).toMatchObject({ kind: 'challenge' });
});
