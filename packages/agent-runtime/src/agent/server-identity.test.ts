import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { generateKeys } from '../identity/ed25519.js';
import { agentBench } from '../test-support/agent-bench.js';

const bench = agentBench();

describe('the server’s identity', () => {
  test('a wrong key is noticed before a single frame is sent', async () => {
    await bench.agent({ token: bench.server.token({ pin: Buffer.alloc(32).toString('base64url') }) }).start();
    await bench.server.until(() => bench.errorCodes.includes('SERVER_KEY_MISMATCH'));
    await delay(100);
    expect(bench.server.connections).toBe(0);
    expect(bench.server.frames).toEqual([]);
  });

  test('without a pin a certificate of no authority is refused', async () => {
    const { urls, systemKey, id, secret } = {
      urls: [bench.server.url],
      systemKey: bench.server.systemKeys.publicKey,
      id: 't',
      secret: 's',
    };
    const token = `rmm1.${Buffer.from(JSON.stringify({ u: urls, k: systemKey, i: id, s: secret })).toString('base64url')}`;
    await bench.agent({ token }).start();
    await bench.server.until(() => bench.errorCodes.includes('DEPTH_ZERO_SELF_SIGNED_CERT'));
    expect(bench.server.connections).toBe(0);
  });

  test('a server without the System’s key is not obeyed although its TLS key is right', async () => {
    await (await bench.startOnline()).stop();
    bench.server.frames.length = 0;
    const good = bench.server.systemKeys;
    Object.assign(bench.server, { systemKeys: generateKeys() });
    await bench.agent().start();
    await bench.server.until(() => bench.errorCodes.includes('SIGNATURE_INVALID'));
    expect(bench.server.of('pull')).toEqual([]);
    Object.assign(bench.server, { systemKeys: good });
    await bench.server.frame('pull');
  });

  test('the next address is tried when one is dead', async () => {
    await bench.startOnline({ token: bench.server.token({ urls: ['wss://localhost:1/agent', bench.server.url] }) });
    expect(bench.server.connections).toBe(1);
  });
});
