import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FrameServer } from '../test-support/frame-server.js';
import { type Agent, createAgent } from './agent.js';

let folder: string;
let server: FrameServer;
let codes: unknown[];
let agents: Agent[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-cloned-'));
  server = await FrameServer.start();
  codes = [];
  agents = [];
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

async function start(token: string): Promise<Agent> {
  const agent = createAgent({
    dataDir: join(folder, 'data'),
    token,
    auditCommand: [process.execPath, '-e', 'console.log(JSON.stringify({ at: 5, hashes: {} }))', '--'],
    backoff: { firstMs: 20, longestMs: 100 },
    onStatus: (status) => {
      if (status.state === 'waiting' && 'code' in status.error) codes.push(status.error.code);
    },
  });
  agents.push(agent);
  await agent.start();
  return agent;
}

const identity = () => JSON.parse(readFileSync(join(folder, 'data', 'identity.json'), 'utf8'));

describe('an agent whose identity another computer has', () => {
  test('keeps it when its token admits no more, and is itself again once the other one is gone', async () => {
    const first = await start(server.token());
    await server.frame('pull');
    const before = identity();
    await first.stop();
    server.goodbye = { kind: 'goodbye', code: 'DEVICE_CLONED', message: 'Two of you' };
    const again = await start(server.token({ secret: 'used-up' }));
    await server.until(() => codes.includes('ENROLMENT_TOKEN_INVALID'));
    expect(codes).toEqual(['DEVICE_CLONED', 'ENROLMENT_TOKEN_INVALID']);
    expect(identity()).toEqual(before);
    await again.stop();
    expect(await again.ended).toEqual({ reason: 'stopped' });
    server.goodbye = undefined;
    server.frames.length = 0;
    await start(server.token({ secret: 'used-up' }));
    await server.frame('pull');
    expect(server.of('hello')[0]?.deviceId).toBe(before.deviceId);
  });

  test('becomes another device where its token admits it', async () => {
    await start(server.token());
    await server.frame('pull');
    const before = identity();
    server.goodbye = { kind: 'goodbye', code: 'DEVICE_CLONED', message: 'Two of you' };
    server.cut();
    await server.until(() => codes.includes('DEVICE_CLONED'));
    server.goodbye = undefined;
    await server.until(() => server.devices.size === 2);
    await server.frame('hello', ({ deviceId }) => deviceId !== before.deviceId);
    expect(identity()).toMatchObject({ deviceId: 'device-2' });
    expect(identity().keys).not.toEqual(before.keys);
  });
});
