import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HostActor, UserActor } from '../port/actor.js';
import { silentLogger } from '../port/logger.js';
import type { Storage } from '../storage/storage.js';
import { makeUser } from '../test-support/furnished-system.js';
import { type Probe, probePlugin } from '../test-support/probe-plugin.js';
import { settle } from '../test-support/raw-link.js';
import { recordedStorage } from '../test-support/recorded-storage.js';
import { testRmm } from '../testing/test-rmm.js';

const open = async (storage: Storage, probe: Probe, error: (message: string) => void) =>
  testRmm({ storage, plugins: [probePlugin(probe)], logger: { ...silentLogger, error } });

let storage: Storage;
let probe: Probe;
let server: Awaited<ReturnType<typeof open>>;
let host: HostActor & { readonly systemId: string };
const error = vi.fn();

beforeEach(async () => {
  error.mockClear();
  storage = sqliteStorage({ memory: true });
  probe = { seen: [], pause: Promise.resolve() };
  server = await open(storage, probe, error);
  host = await server.system();
});
afterEach(() => server[Symbol.asyncDispose]());

const put = (input: unknown, actor: HostActor | UserActor = host) => server.rmm.call(actor, 'probe.put', input);
const ids = async () => (await server.rmm.as(host).probe.list()).ids;
const activity = async () =>
  (await server.rmm.as(host).activity.list()).items.filter(({ operation }) => operation.startsWith('probe'));

describe('a command', () => {
  test('tells events and runs effects when it is stored, in order, before the caller hears of it', async () => {
    let release = () => {};
    probe.pause = new Promise((resolve) => {
      release = resolve;
    });
    const call = put({ id: 'a' });
    await settle();
    expect(probe.seen).toEqual([]);
    release();
    expect(await call).toEqual({ id: 'a' });
    expect(probe.seen).toEqual(['told a', 'after a', 'told a again']);
    expect(await activity()).toMatchObject([
      { operation: 'probe.put', outcome: 'done', actorKind: 'host', input: { id: 'a' } },
    ]);
  });

  test('that fails leaves nothing, tells nothing and is not in the log', async () => {
    await expect(put({ id: 'a', how: 'fault' })).rejects.toThrow('The handler is broken');
    expect(await ids()).toEqual([]);
    expect(probe.seen).toEqual([]);
    expect(await activity()).toEqual([]);
  });

  test('that its handler refuses is in the log as refused', async () => {
    await expect(put({ id: 'a', how: 'forbidden' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await ids()).toEqual([]);
    expect(await activity()).toMatchObject([{ operation: 'probe.put', outcome: 'refused', input: {} }]);
  });

  test('stays done when what follows it fails', async () => {
    expect(await put({ id: 'a', how: 'badly' })).toEqual({ id: 'a' });
    expect(probe.seen).toEqual(['told a', 'after a', 'told a again']);
    expect(error).toHaveBeenCalledTimes(1);
  });

  test('is recorded with its secrets masked, and long texts cut', async () => {
    await put({ id: 'a', secret: 'hunter2' });
    expect((await activity())[0]?.input).toEqual({ id: 'a', secret: '••••' });
    await server.rmm.as(host).profiles.create({ name: 'P', description: 'x'.repeat(3000) });
    const [entry] = (await server.rmm.as(host).activity.list({ operation: 'profiles.create' })).items;
    expect(JSON.stringify(entry?.input).length).toBeLessThan(600);
  });

  test('that changes nothing that anyone decided is not in the log', async () => {
    await server.rmm.call(host, 'agents.reset', {});
    expect((await server.rmm.as(host).activity.list({ agents: true })).items.map(({ operation }) => operation)).toEqual(
      [],
    );
  });
});

describe('checks come in order', () => {
  test('actor, operation, right, input, ids, work', async () => {
    const nobody = await makeUser({ host, api: server.rmm.as(host) }, 'nobody', 'disabled');
    const call = (actor: unknown, name: string, input: unknown) => server.rmm.call(actor as HostActor, name, input);
    await expect(call(undefined, 'no.such', {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(call(nobody, 'no.such', {})).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' });
    await expect(call(nobody, 'probe.put', { junk: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(call(host, 'probe.put', { id: 'missing', junk: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(call(host, 'probe.put', { id: 'missing', how: 'fault' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(call(host, 'probe.put', { id: 'a', how: 'fault' })).rejects.toBeInstanceOf(TypeError);
  });

  test('names of operations are no properties of anything', async () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']) {
      await expect(server.rmm.call(host, name, {})).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' });
    }
  });
});

describe('a command that acts outside', () => {
  const call = (input: unknown) => server.rmm.call(host, 'probe.staged', input);

  test('acts before its transaction and passes on what came of it', async () => {
    await call({ id: 'a' });
    expect(probe.seen).toEqual(['prepared a']);
    expect(await storage.find('probe')).toMatchObject([{ id: 'a', text: 'ticket of a' }]);
  });

  test('takes it back when the transaction fails', async () => {
    await expect(call({ id: 'a', how: 'fault' })).rejects.toBeInstanceOf(TypeError);
    expect(probe.seen).toEqual(['prepared a', 'undid ticket of a']);
    expect(await storage.find('probe')).toEqual([]);
  });

  test('does nothing at all when it is refused before', async () => {
    await expect(call({ id: 5 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(probe.seen).toEqual([]);
  });
});

describe('a command that acts outside once it is stored', () => {
  const call = (input: unknown) => server.rmm.call(host, 'probe.outside', input);

  test('is in the log before it acts', async () => {
    expect(await call({ id: 'a' })).toEqual({ id: 'a' });
    expect(probe.seen).toEqual(['prepared a, 1 in the log']);
    expect(await ids()).toEqual(['a']);
    expect((await activity()).map(({ outcome }) => outcome)).toEqual(['done']);
  });

  test('fails when that fails, and the log tells so too', async () => {
    await expect(call({ id: 'a', secret: 'hunter2', how: 'fault' })).rejects.toThrow('The handler is broken');
    expect(await activity()).toMatchObject([
      { operation: 'probe.outside', outcome: 'failed', input: { id: 'a', secret: '••••' } },
      { operation: 'probe.outside', outcome: 'done' },
    ]);
    const failed = (await server.rmm.as(host).activity.list({ outcome: 'failed' })).items;
    expect(failed.map(({ operation }) => operation)).toEqual(['probe.outside']);
  });
});

describe("in the host's own transaction", () => {
  test('what acts outside, where no rollback reaches, is refused before it does', async () => {
    await storage.transaction(async (tx) => {
      const part = server.rmm.join(tx).as(host);
      for (const call of [() => part.probe.staged({ id: 'a' }), () => part.probe.outside({ id: 'a' })]) {
        await expect(call()).rejects.toMatchObject({
          code: 'NOT_JOINABLE',
          message: expect.stringContaining('outside of the transaction'),
        });
      }
    });
    expect(probe.seen).toEqual([]);
    expect(await ids()).toEqual([]);
  });

  test('calls take part in it; events are told when the host says that it is committed', async () => {
    const joined = await storage.transaction(async (tx) => {
      const part = server.rmm.join(tx);
      await part.as(host).probe.put({ id: 'a' });
      await part.as(host).filters.create({ name: 'F', filter: { all: [] } });
      expect((await part.as(host).probe.list()).ids).toEqual(['a']);
      expect(await ids()).toEqual([]);
      return part;
    });
    expect(await ids()).toEqual(['a']);
    expect(probe.seen).toEqual([]);
    await joined.committed();
    expect(probe.seen).toEqual(['told a', 'after a', 'told a again']);
    await joined.committed();
    expect(probe.seen).toHaveLength(3);
  });

  test('what it rolls back is gone, the log included, and nothing is told', async () => {
    const rollback = storage.transaction(async (tx) => {
      const { as } = server.rmm.join(tx);
      await as(host).probe.put({ id: 'a' });
      throw new Error('The host thinks better of it');
    });
    await expect(rollback).rejects.toThrow('thinks better');
    expect(await ids()).toEqual([]);
    expect(await activity()).toEqual([]);
    expect(probe.seen).toEqual([]);
  });

  const refused = async () => (await activity()).filter(({ outcome }) => outcome === 'refused');

  test.each(['commit', 'roll back'] as const)('a refusal neither waits for it nor goes with it: %s', async (end) => {
    const nobody = await makeUser({ host, api: server.rmm.as(host) }, 'nobody', 'disabled');
    const at = new Date(server.clock.now()).toISOString();
    const whole = storage.transaction(async (tx) => {
      const part = server.rmm.join(tx);
      await expect(part.as(nobody).probe.put({ id: 'a' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(part.as(host).probe.put({ id: 'b', how: 'forbidden' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      server.clock.advance(5000);
      if (end === 'roll back') throw new Error('The host thinks better of it');
      return part;
    });
    const part = await whole.catch(() => undefined);
    await part?.committed();
    await vi.waitUntil(async () => (await refused()).length === 2);
    expect(await refused()).toMatchObject([
      { actorKind: 'host', at },
      { actorId: nobody.userId, at },
    ]);
    expect(error).not.toHaveBeenCalled();
  });

  test('a refusal that cannot be stored at once is stored later, at the latest when the server stops', async () => {
    const real = sqliteStorage({ memory: true });
    const disk = recordedStorage(real);
    let broken = 0;
    const transaction: Storage['transaction'] = (work) =>
      broken-- > 0 ? Promise.reject(new Error('disk full')) : disk.transaction(work);
    const other = await open({ ...disk, transaction }, probe, error);
    const actor = await other.system();
    const nobody = await makeUser({ host: actor, api: other.rmm.as(actor) }, 'nobody', 'disabled');
    const noted = async () =>
      (await real.find('activity', { where: { field: 'outcome', op: 'eq', value: 'refused' } })).length;
    broken = 1;
    await expect(other.rmm.as(nobody).probe.put({ id: 'a' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(error).toHaveBeenCalledTimes(1);
    expect(await noted()).toBe(0);
    other.clock.advance(10_000);
    await vi.waitUntil(async () => (await noted()) === 1);
    broken = 1;
    await expect(other.rmm.as(nobody).probe.put({ id: 'a' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    let last = 0;
    const close = real.close.bind(real);
    real.close = async () => {
      last = await noted();
      await close();
    };
    await other[Symbol.asyncDispose]();
    expect(last).toBe(2);
  });
});

test('an output that does not fit its schema is noticed in tests', async () => {
  const bad = probePlugin({ seen: [], pause: Promise.resolve() });
  const broken = {
    ...bad,
    setup: async (context: Parameters<typeof bad.setup>[0]) => {
      const { operations = [], ...rest } = await bad.setup(context);
      return { ...rest, operations: operations.map((one) => ({ ...one, handler: async () => ({ wrong: true }) })) };
    },
  };
  await using other = await testRmm({ storage: sqliteStorage({ memory: true }), plugins: [broken] });
  const actor = await other.system();
  const call = other.rmm.call(actor, 'probe.list', {});
  await expect(call).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('probe.list') });
});
