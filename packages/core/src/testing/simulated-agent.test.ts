import { sqliteStorage } from '@rmm/adapters-sqlite';
import { LIMITS } from '@rmm/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { type MemoryTransport, memoryTransport } from './memory-transport.js';
import { SimulatedAgent } from './simulated-agent.js';
import type { CrashPoint, SimulatedAgentOptions } from './simulated-agent-options.js';
import { type TestRmm, testRmm } from './test-rmm.js';

let transport: MemoryTransport;
let server: TestRmm;
let api: RmmApi;
let token: string;
let runs: string[];

beforeEach(async () => {
  transport = memoryTransport();
  server = await testRmm({ storage: sqliteStorage({ memory: true }), transport });
  api = server.rmm.as(await server.system());
  const { id: profileId } = await api.profiles.create({ name: 'P' });
  token = (await api.enrolments.create({ profileId, uses: null })).token;
  runs = [];
});
afterEach(() => server[Symbol.asyncDispose]());

const make = (options: Partial<SimulatedAgentOptions> = {}) =>
  new SimulatedAgent({
    transport,
    clock: server.clock,
    token,
    runScript: ({ id }) => {
      runs.push(id);
      return { afterMs: 1000, exitCode: 0, stdout: 'ok\n' };
    },
    ...options,
  });

async function pass(ms: number, step = 1000): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    server.clock.advance(Math.min(step, left));
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function run(deviceId = ''): Promise<() => Promise<string | undefined>> {
  const { id: jobId } = await api.jobs.run({ deviceIds: [deviceId], script: { language: 'shell', text: 'true' } });
  return async () => (await api.jobs.executions({ jobId })).items[0]?.state;
}

describe('a simulated agent', () => {
  test('enrols, is audited, runs jobs and comes back after the server was away', async () => {
    const agent = make({ hostname: 'pc-1' });
    agent.start();
    await pass(1000);
    const { deviceId = '' } = agent;
    expect(await api.devices.get({ deviceId })).toMatchObject({
      hostname: 'pc-1',
      status: 'online',
      domain: 'example.net',
    });
    const state = await run(deviceId);
    await pass(3000);
    expect(await state()).toBe('success');
    transport.kill();
    await pass(1000);
    expect(agent.isOnline).toBe(false);
  });

  test.each<CrashPoint>(['before journal', 'after journal', 'before send', 'after send'])(
    'crashes %s, at every such point, and runs each script at most once',
    async (at) => {
      for (let occasion = 0; occasion < 12; occasion++) {
        let left = Number.POSITIVE_INFINITY;
        const agent = make({ crashesAt: (point) => point === at && left-- === 0 });
        agent.start();
        await pass(2000);
        const before = runs.length;
        left = occasion;
        const state = await run(agent.deviceId);
        await pass(5000);
        left = Number.POSITIVE_INFINITY;
        agent.start();
        await pass(10_000);
        expect(runs.length - before).toBeLessThanOrEqual(1);
        expect(['success', 'error']).toContain(await state());
        if ((await state()) === 'success') expect(runs.length - before).toBe(1);
        agent.stop();
      }
    },
  );

  test('whose link is lost without a word is missed after the silence that is allowed', async () => {
    const agent = make();
    agent.start();
    await pass(1000);
    const status = async () => (await api.devices.get({ deviceId: agent.deviceId ?? '' })).status;
    agent.crash();
    await pass(LIMITS.silenceMs - 2000, 20_000);
    expect(await status()).toBe('online');
    await pass(4000);
    expect(await status()).toBe('offline');
  });

  test('says why it was sent away, and does not come back at once', async () => {
    const [agent, clone] = [make({ machine: 'one' }), make({ machine: 'two' })];
    agent.start();
    await pass(1000);
    clone.disk = agent.disk.copy();
    clone.start();
    await pass(20_000);
    expect([agent.isOnline, clone.isOnline, clone.lastGoodbye]).toEqual([true, false, 'DEVICE_CLONED']);
    agent.stop();
    await pass(120_000);
    expect(clone.isOnline).toBe(true);
  });
});

describe('links in memory', () => {
  test('encode and check frames as a real wire does', async () => {
    const ended: boolean[] = [];
    const link = transport.connect({ frame: () => undefined, ended: () => ended.push(true) });
    expect(() => link.transmit({ kind: 'nonsense' } as never)).toThrow('nonsense');
    link.transmit({ kind: 'pull', limit: 10_000 });
    await pass(1);
    expect(ended).toEqual([true]);
    expect(link.transmit({ kind: 'pull', limit: 1 })).toBe(false);
  });

  test('tell the server what was not sent for want of room, and the agent is nudged later', async () => {
    let isFull = false;
    const wire = memoryTransport({ isCongested: () => isFull });
    await using other = await testRmm({ storage: sqliteStorage({ memory: true }), transport: wire });
    const mine = other.rmm.as(await other.system());
    const { id: profileId } = await mine.profiles.create({ name: 'P' });
    const made = await mine.enrolments.create({ profileId });
    const agent = new SimulatedAgent({ transport: wire, clock: other.clock, token: made.token });
    agent.start();
    for (let turn = 0; turn < 60; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    isFull = true;
    const { id: jobId } = await mine.jobs.run({
      deviceIds: [agent.deviceId ?? ''],
      script: { language: 'shell', text: 'x' },
    });
    isFull = false;
    for (let at = 0; at < 130; at++) {
      other.clock.advance(1000);
      for (let turn = 0; turn < 6; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect((await mine.jobs.get({ jobId })).status).toBe('completed');
  });

  test('take no agents while no server listens', async () => {
    const idle = memoryTransport();
    expect(() => idle.connect({ frame: () => undefined, ended: () => undefined })).toThrow('No server');
    await server.rmm.stop();
    expect(transport.isListening).toBe(false);
    expect(transport.size).toBe(0);
  });
});
