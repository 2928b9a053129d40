import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { agentBench } from '../test-support/agent-bench.js';

const bench = agentBench();

describe('the connection', () => {
  test('is taken up again when the server comes back, and what happened meanwhile is told', async () => {
    const made = await bench.startOnline();
    const [away, over] = [join(bench.folder, 'away'), join(bench.folder, 'over')];
    const id = bench.server.script(`until [ -e ${away} ]; do sleep 0.05; done; echo done; touch ${over}`);
    await bench.server.frame('started');
    await bench.restartServer({}, async () => {
      writeFileSync(away, '');
      await vi.waitUntil(() => existsSync(over));
    });
    expect(await bench.server.finished(id)).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    await made.stop();
  });

  test('pings after silence and finds out when nobody answers', async () => {
    await bench.restartServer({ heartbeatMs: 1000 });
    const began = performance.now();
    await bench.startOnline();
    await bench.server.until(() => bench.server.pings.length >= 2);
    expect(performance.now() - began).toBeGreaterThan(1900);
  });

  test('goes through a proxy when there is one, and the server’s key is checked all the same', async () => {
    const targets: string[] = [];
    const proxy = createServer().on('connect', (request, client) => {
      targets.push(request.url ?? '');
      const upstream = connect(bench.server.port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
      client.pipe(upstream).pipe(client);
      upstream.once('close', () => client.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
    const made = await bench.startOnline({
      proxy: `http://127.0.0.1:${address.port}`,
      token: bench.server.token({ urls: ['wss://rmm.invalid:7443/agent'] }),
    });
    expect(targets).toEqual(['rmm.invalid:7443']);
    await made.stop();
    await new Promise((resolve) => proxy.close(resolve));
  });

  test('waits as long as the server asks', async () => {
    bench.server.goodbye = { kind: 'goodbye', code: 'RATE_LIMITED', message: 'Later', retryAfterMs: 700 };
    await bench.agent().start();
    await bench.server.until(() => bench.statuses.some(({ state }) => state === 'waiting'));
    const waiting = bench.statuses.find((status) => status.state === 'waiting');
    expect(waiting).toMatchObject({ retryInMs: expect.any(Number), error: { code: 'RATE_LIMITED' } });
    expect(waiting?.state === 'waiting' && waiting.retryInMs).toBeGreaterThanOrEqual(700);
    bench.server.goodbye = undefined;
    await bench.server.frame('pull');
  });

  test.each([
    ['text', 'hello'],
    ['an empty frame', new Uint8Array(0)],
    ['an unknown code', new Uint8Array([9, 1, 2])],
    ['broken JSON', Buffer.concat([Buffer.from([68]), Buffer.from('{"a":')])],
    [
      'a frame out of place',
      Buffer.concat([Buffer.from([65]), Buffer.from('{"nonce":"x","versions":{"min":1,"max":1}}')]),
    ],
    ['a frame that is too large', new Uint8Array(2 * 1024 * 1024).fill(69)],
    ['a bomb', Buffer.concat([Buffer.from([69 | 0x80]), Buffer.alloc(1000, 7)])],
  ])('%s closes it, and the agent connects anew', async (_name, bytes) => {
    await bench.startOnline();
    bench.server.frames.length = 0;
    bench.server.broadcastBytes(bytes);
    await bench.server.frame('hello');
    await bench.server.frame('pull');
    expect(bench.server.connections).toBe(2);
  });
});
