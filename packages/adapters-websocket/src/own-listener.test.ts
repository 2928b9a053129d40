import { once } from 'node:events';
import { request } from 'node:https';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startTransport } from './testing/bench.js';
import { socketClient } from './testing/socket-client.js';
import { testTls } from './testing/test-tls.js';
import type { TlsKeyPair } from './transport-options.js';
import { websocketTransport } from './websocket-transport.js';

const handler = () => ({ frame: async () => {}, alive: () => {}, closed: () => {} });
const refused = (code: string) => expect.objectContaining({ code });
const gone = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.on('error', () => {}).once('close', () => resolve());
    socket.resume();
  });

describe('starting', () => {
  test('on a port in use is refused by name, and works once it is free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const transport = websocketTransport({ host: '127.0.0.1', port, tls: await testTls() });
    const failure = transport.start(handler);
    await expect(failure).rejects.toThrow(refused('PORT_IN_USE'));
    await expect(failure).rejects.toThrow(new RegExp(`Port ${port} of 127.0.0.1`));
    await transport.stop();
    await new Promise((resolve) => other.close(resolve));
    await transport.start(handler);
    expect(transport.endpoint().urls).toEqual([`wss://127.0.0.1:${port}/agent`]);
    await transport.stop();
  });

  test('with unusable options is refused, naming the option', async () => {
    const tls = await testTls();
    const base = { port: 0, tls };
    for (const [option, options] of Object.entries({
      tls: { ...base, tls: { key: 'no key', cert: tls.cert } },
      path: { ...base, path: 'agent' },
      maxLinks: { ...base, maxLinks: 0 },
      helloMs: { ...base, helloMs: Number.NaN },
      publicUrls: { port: 0, tls: false as const },
      trustedProxies: { ...base, trustedProxies: ['everybody'] },
    })) {
      expect(() => websocketTransport(options), option).toThrow(refused('INVALID_INPUT'));
      expect(() => websocketTransport(options), option).toThrow(option);
    }
    const elsewhere = websocketTransport({ ...base, host: '203.0.113.1' });
    await expect(elsewhere.start(handler)).rejects.toThrow(/"host".*203\.0\.113\.1/);
  });

  test('twice is refused; after a stop it works again, on the same transport', async () => {
    const { transport } = await startTransport();
    await expect(transport.start(handler)).rejects.toThrow(refused('CONFLICT'));
    await transport.stop();
    expect(() => transport.endpoint()).toThrow(refused('NOT_STARTED'));
    await transport.start(handler);
    const client = await socketClient({ url: transport.endpoint().urls[0] ?? '', pin: transport.endpoint().pin });
    expect(transport.stats().links).toBe(1);
    client.close();
  });

  test('and stopping at once leaves nothing open', async () => {
    const transport = websocketTransport({ host: '127.0.0.1', port: 0, tls: await testTls() });
    await transport.stop();
    const starting = transport.start(handler);
    await transport.stop();
    await starting;
    expect(transport.port).toBeUndefined();
  });
});

describe('what is no agent', () => {
  test('gets a short answer in HTTP', async () => {
    const { transport } = await startTransport();
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const asked = request({
        port: transport.port,
        host: '127.0.0.1',
        path,
        headers,
        rejectUnauthorized: false,
      }).end();
      const [response] = await once(asked, 'response');
      response.resume();
      return response.statusCode;
    };
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    expect(await ask('/agent')).toBe(426);
    expect(await ask('/agent?x')).toBe(426);
    expect(await ask('/')).toBe(404);
    expect(await ask('/elsewhere', upgrade)).toBe(404);
    expect(await ask('/agent', { ...upgrade, origin: 'https://rmm.example' })).toBe(403);
    expect(await ask('/agent', { ...upgrade, 'sec-websocket-version': '7' })).toBe(400);
    expect(await ask('/agent', { ...upgrade, 'x-junk': 'x'.repeat(10_000) })).toBe(431);
    expect(transport.stats()).toMatchObject({ accepted: 0, refused: { ORIGIN_REFUSED: 1 } });
  });

  test('and says nothing, or not enough, is put out in time', async () => {
    const { transport } = await startTransport({ helloMs: 200 });
    const port = transport.port ?? 0;
    const mute = connectTcp(port, '127.0.0.1');
    const secured = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const halfway = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    halfway.write('GET /agent HTTP/1.1\r\nHost: x\r\n');
    const dripping = setInterval(() => halfway.write('X-A: b\r\n'), 20);
    await Promise.all([mute, secured, halfway].map(gone));
    clearInterval(dripping);
  });

  test('does not keep the transport from stopping', async () => {
    const { transport } = await startTransport();
    const port = transport.port ?? 0;
    const sockets = [connectTcp(port, '127.0.0.1'), connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })];
    await Promise.all([once(sockets[0] as Socket, 'connect'), once(sockets[1] as Socket, 'secureConnect')]);
    const ends = sockets.map(gone);
    await transport.stop();
    await Promise.all(ends);
  });
});

describe('a crowd', () => {
  test('is let in at the rate set', async () => {
    const { connect, transport } = await startTransport({ handshakesPerSecond: 50 });
    const began = performance.now();
    await Promise.all(Array.from({ length: 40 }, () => connect()));
    // Two at once, then 50 a second.
    expect(performance.now() - began).toBeGreaterThan(700);
    expect(transport.stats()).toMatchObject({ links: 40, waiting: 0 });
  });

  test('too big for waiting is turned away before it costs anything', async () => {
    const { transport } = await startTransport({ handshakesPerSecond: 0.1 });
    const sockets = Array.from({ length: 30 }, () => connectTcp(transport.port ?? 0, '127.0.0.1'));
    const ends = sockets.map(gone);
    // One is let in and one waits.
    await vi.waitFor(() => expect(transport.stats().refused.RATE_LIMITED).toBe(28));
    expect(transport.stats().waiting).toBe(1);
    await transport.stop();
    await Promise.all(ends);
  });
});

test('a renewed certificate is shown to new agents under the same pin; links stay', async () => {
  const tls = await testTls();
  const { transport, connect } = await startTransport();
  const before = await connect();
  const renewed: TlsKeyPair = { key: tls.key, cert: await anotherCertificate(tls.key) };
  transport.renewTls(renewed);
  expect(transport.endpoint().pin).toBe(tls.pin);
  const socket = connectTls({ port: transport.port ?? 0, host: '127.0.0.1', rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  expect(socket.getPeerX509Certificate()?.subject).toBe('CN=renewed');
  await socketClient({ url: transport.endpoint().urls[0] ?? '', pin: tls.pin });
  expect(before.socket.readyState).toBe(before.socket.OPEN);
});

async function anotherCertificate(privateKey: string): Promise<string> {
  const { createPublicKey } = await import('node:crypto');
  const { generate } = await import('selfsigned');
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  const { cert } = await generate([{ name: 'commonName', value: 'renewed' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    keyPair: { privateKey, publicKey },
  });
  return cert;
}
