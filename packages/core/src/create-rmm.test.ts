import { randomBytes } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { RmmError } from '@rmm/protocol';
import { describe, expect, test, vi } from 'vitest';
import { createRmm } from './create-rmm.js';
import { defineModel, required } from './data/model.js';
import { definePlugin, type RmmPlugin } from './plugin/plugin.js';
import { serviceRef } from './plugin/service-ref.js';
import type { Storage } from './storage/storage.js';
import { type Probe, probePlugin } from './test-support/probe-plugin.js';
import { settle } from './test-support/raw-link.js';
import { memoryTransport } from './testing/memory-transport.js';
import { testRmm } from './testing/test-rmm.js';

const memory = () => sqliteStorage({ memory: true });
const masterKey = new Uint8Array(32).fill(3);
const plugin = (parts: Partial<RmmPlugin>): RmmPlugin => ({ id: 'extra', compat: '*', setup: () => ({}), ...parts });

/** A storage that tells when it is closed. */
function watched(storage: Storage = memory()) {
  const closed = vi.fn();
  const close = async () => {
    closed();
    await storage.close();
  };
  return {
    closed,
    storage: new Proxy(storage, { get: (target, key) => (key === 'close' ? close : bound(target, key)) }),
  };
}
function bound(target: Storage, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key);
  return typeof value === 'function' ? value.bind(target) : value;
}

describe('a server', () => {
  test('takes a master key of 32 bytes, or their base64, and keeps its own copy', async () => {
    for (const key of [new Uint8Array(31), 'c2hvcnQ=', '', randomBytes(32).toString('hex')]) {
      await expect(createRmm({ storage: memory(), masterKey: key })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    const bytes = Uint8Array.from(randomBytes(32));
    const one = await createRmm({ storage: memory(), masterKey: bytes });
    const two = await createRmm({ storage: memory(), masterKey: Buffer.from(bytes).toString('base64') });
    const before = one.secret('purpose');
    bytes.fill(0);
    expect(one.secret('purpose')).toEqual(before);
    expect(two.secret('purpose')).toEqual(before);
    expect(one.secret('other purpose')).not.toEqual(before);
    expect(before).toHaveLength(32);
  });

  test('runs nothing before start and after stop', async () => {
    const rmm = await createRmm({ storage: memory(), masterKey });
    const list = () => rmm.as({ kind: 'host', name: 'h' }).systems.list();
    await expect(list()).rejects.toMatchObject({ code: 'NOT_STARTED' });
    await Promise.all([rmm.start(), rmm.start()]);
    await rmm.start();
    expect(await list()).toEqual({ items: [] });
    await Promise.all([rmm.stop(), rmm.stop()]);
    await rmm.stop();
    await expect(list()).rejects.toMatchObject({ code: 'NOT_STARTED' });
  });

  test('that never started stops, and does not start after', async () => {
    const { storage, closed } = watched();
    const rmm = await createRmm({ storage, masterKey });
    await rmm.stop();
    expect(closed).toHaveBeenCalledTimes(1);
    await expect(rmm.start()).rejects.toMatchObject({ code: 'NOT_STARTED' });
  });

  test('that cannot start lets go of everything, and says why', async () => {
    const { storage, closed } = watched();
    const transport = memoryTransport();
    const steps: string[] = [];
    const late = plugin({
      setup: () => ({
        start: async () => Promise.reject(new RmmError('PORT_IN_USE', 'Taken')),
        stop: async () => void steps.push('late stopped'),
      }),
    });
    const rmm = await createRmm({ storage, masterKey, transport, plugins: [late] });
    await expect(rmm.start()).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(transport.isListening).toBe(false);
    expect(steps).toEqual(['late stopped']);
    expect(closed).toHaveBeenCalledTimes(1);
    await expect(rmm.as({ kind: 'host', name: 'h' }).systems.list()).rejects.toMatchObject({ code: 'NOT_STARTED' });
    await rmm.stop();
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('lets calls that are under way come to their end before it closes its storage', async () => {
    const { storage, closed } = watched();
    let release = () => {};
    const probe: Probe = {
      seen: [],
      pause: new Promise((resolve) => {
        release = resolve;
      }),
    };
    const server = await testRmm({ storage, plugins: [probePlugin(probe)] });
    const host = await server.system();
    const call = server.rmm.as(host).probe.put({ id: 'a' });
    await settle();
    const stopping = server.rmm.stop();
    await settle();
    expect(closed).not.toHaveBeenCalled();
    release();
    expect(await call).toEqual({ id: 'a' });
    await stopping;
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('closes its storage and stops all else when one plugin cannot stop', async () => {
    const { storage, closed } = watched();
    const steps: string[] = [];
    const stop = (id: string) => async () => void steps.push(id);
    const rmm = await createRmm({
      storage,
      masterKey,
      plugins: [
        plugin({ id: 'one', setup: () => ({ stop: stop('one') }) }),
        plugin({ id: 'two', setup: () => ({ stop: async () => Promise.reject(new Error('stuck')) }) }),
        plugin({ id: 'three', setup: () => ({ stop: stop('three') }) }),
      ],
    });
    await rmm.start();
    await expect(rmm.stop()).rejects.toThrow('stuck');
    expect(steps).toEqual(['three', 'one']);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('ends the streams of its listeners when it stops', async () => {
    const server = await testRmm({ storage: memory() });
    const host = await server.system();
    const stream = server.rmm.as(host).events.subscribe() as AsyncIterableIterator<unknown>;
    const next = stream.next();
    await settle();
    await server.rmm.stop();
    await expect(next).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

describe('plugins are checked before anything runs', () => {
  const model = (name: string) =>
    defineModel<{ id: string }>({ name, fields: { id: required('string') }, key: ['id'] });
  const permission = (name: string) => ({ name, label: name, description: name });
  const service = serviceRef<number>('extra.service');
  const providing: RmmPlugin['setup'] = ({ provide }) => {
    provide(service, 1);
    return {};
  };
  const using: RmmPlugin['setup'] = ({ use }) => {
    use(service);
    return {};
  };

  test.each<[string, RmmPlugin[], string, string]>([
    ['an id of core', [plugin({ id: 'jobs' })], 'PLUGIN_INVALID', 'twice'],
    ['a permission of core', [plugin({ permissions: [permission('devices')] })], 'PLUGIN_INVALID', 'devices'],
    ['an event of core', [plugin({ events: { 'job.changed': 'jobs' } })], 'PLUGIN_INVALID', 'job.changed'],
    [
      'an event for an unknown permission',
      [plugin({ events: { 'extra.told': 'nothing' } })],
      'PLUGIN_INVALID',
      'nothing',
    ],
    [
      'the same service from two',
      [plugin({ id: 'one', setup: providing }), plugin({ id: 'two', setup: providing })],
      'PLUGIN_INVALID',
      'extra.service',
    ],
    ['a service that nobody provides', [plugin({ setup: using })], 'PLUGIN_INCOMPATIBLE', 'extra.service'],
  ])('%s', async (_, plugins, code, words) => {
    const made = createRmm({ storage: memory(), masterKey, plugins });
    await expect(made).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test("a table by the name of one of core's", async () => {
    const rmm = await createRmm({ storage: memory(), masterKey, plugins: [plugin({ models: [model('device')] })] });
    await expect(rmm.start()).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: expect.stringContaining('device'),
    });
  });
});

test('two servers in one process know nothing of each other', async () => {
  await using one = await testRmm({ storage: memory() });
  await using two = await testRmm({ storage: memory() });
  const host = await one.system('Only here');
  const heard = vi.fn();
  two.rmm.on('profile.changed', heard);
  await one.rmm.as(host).profiles.create({ name: 'P' });
  expect(heard).not.toHaveBeenCalled();
  expect((await two.rmm.as({ kind: 'host', name: 'h' }).systems.list()).items).toEqual([]);
  await expect(two.rmm.as(host).profiles.list()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('definePlugin keeps what it is given', () => {
  const given = plugin({});
  expect(definePlugin(given)).toBe(given);
});
