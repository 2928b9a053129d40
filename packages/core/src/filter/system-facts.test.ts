import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { definePlugin } from '../plugin/plugin.js';
import type { Storage } from '../storage/storage.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import type { FactService } from './fact-service.js';
import { factsRef } from './facts-ref.js';

const MINUTE = 60_000;

const opened: TestRmm[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server[Symbol.asyncDispose]();
});

/** A storage of which calls can be made to wait, or to fail. */
function gated(storage: Storage) {
  const gates = new Map<string, Promise<unknown>>();
  const waiting = new Set<string>();
  const wrapped = new Proxy(storage, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const call = `${String(name)} ${String(args[0])}`;
        if (gates.has(call)) waiting.add(call);
        await gates.get(call);
        waiting.delete(call);
        return value.apply(target, args) as unknown;
      };
    },
  });
  /** Returns what lets the calls go on. */
  const hold = (call: string) => {
    let go = () => {};
    gates.set(call, new Promise<void>((resolve) => (go = resolve)));
    return () => {
      gates.delete(call);
      go();
    };
  };
  /** Resolves when such a call waits. */
  const held = (call: string) => vi.waitUntil(() => waiting.has(call), { interval: 1 });
  const fail = (call: string) => {
    const fault = Promise.reject(new Error('the disk is gone'));
    fault.catch(() => undefined);
    gates.set(call, fault);
    return () => gates.delete(call);
  };
  return { storage: wrapped, hold, held, fail };
}

/** A device in a server with a filter, and who was told to enter and leave it. */
async function start() {
  const { storage, ...gate } = gated(sqliteStorage({ memory: true }));
  let facts: FactService | undefined;
  const setup = (context: { use(ref: typeof factsRef): FactService }) => {
    facts = context.use(factsRef);
    return {};
  };
  const peek = definePlugin({ id: 'peek', compat: '*', requires: ['filters'], setup });
  const server = await testRmm({ storage, plugins: [peek] });
  opened.push(server);
  const host = await server.system();
  if (!facts) throw new Error('The plugin was not set up');
  const api = server.rmm.as(host) as RmmApi;
  const { id: profileId } = await api.profiles.create({ name: 'P' });
  const { deviceId } = await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'pc' });
  await api.filters.create({ name: 'F', filter: { field: 'device.tags', condition: 'notEmpty' } });
  const told: string[] = [];
  server.rmm.on('filter.membership', ({ kind }) => told.push(kind));
  const turns = async () => {
    for (let turn = 0; turn < 25; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (minutes: number) => {
    for (let left = minutes; left > 0; left--) {
      server.clock.advance(MINUTE);
      await turns();
    }
  };
  const tag = () => api.devices.tag({ deviceIds: [deviceId], add: ['t'], remove: [] });
  const open = () => (facts as FactService).open(host.systemId);
  const drop = () => (facts as FactService).drop(host.systemId);
  return { ...gate, api, clock: server.clock, deviceId, told, turns, pass, tag, open, drop };
}

test('an index that follows a change when it is about to be given up tells it once', async () => {
  const { hold, deviceId, told, pass, tag, open } = await start();
  await open();
  await pass(1);
  const { facts } = await open();
  await pass(29);
  // As if many audits had come, so that there is something to store.
  for (let stamp = 1; stamp <= 32; stamp++) facts.stamp(deviceId, stamp);
  const finishStoring = hold('put factBlock');
  await pass(1);
  const finishReading = hold('find groupMember');
  const change = tag();
  await pass(1);
  finishStoring();
  await pass(1);
  finishReading();
  await change;
  await open();
  expect(told).toEqual(['entered']);
});

test('what could not be read is told once it can be, though nobody asks', async () => {
  const { fail, told, pass, tag } = await start();
  const repair = fail('find groupMember');
  await tag();
  await pass(10);
  expect(told).toEqual([]);
  repair();
  await pass(16);
  expect(told).toEqual(['entered']);
});

test('what cannot be read when a change wakes an idle index is told once it can be, though nobody asks', async () => {
  const { fail, told, pass, tag, open } = await start();
  await open();
  await pass(60);
  const repair = fail('find groupMember');
  await tag();
  repair();
  await pass(2);
  expect(told).toEqual(['entered']);
});

test('a date that came true while the index was being read has come true in it', async () => {
  const { hold, held, api, clock, told, open, drop } = await start();
  await api.filters.create({
    name: 'Old',
    filter: { field: 'device.enrolledAt', condition: 'olderThanDays', term: 1 },
  });
  await open();
  drop();
  const release = hold('find filter');
  const opening = open();
  await held('find filter');
  clock.advance(28 * 60 * MINUTE);
  release();
  await opening;
  expect((await api.filters.list()).items.map(({ name, devices }) => [name, devices])).toContainEqual(['Old', 1]);
  expect(told).toEqual(['entered']);
});

test('what time does while edited filters are prepared is told after what the edits before did', async () => {
  const { hold, held, api, clock, told, tag, open, turns } = await start();
  const filter = { field: 'device.enrolledAt', condition: 'withinDays', term: 1 } as const;
  const create = (name: string) => api.filters.create({ name, filter: { any: [] } });
  const filterIds = [(await create('A')).id, (await create('B')).id];
  const { facts } = await open();
  // Both edits share the pass after one that waits.
  const release = hold('find groupMember');
  const changes: Promise<unknown>[] = [tag()];
  await held('find groupMember');
  for (const filterId of filterIds) changes.push(api.filters.update({ filterId, filter }));
  const stored = async (filterId: string) => 'field' in (await api.filters.get({ filterId })).filter;
  await vi.waitUntil(async () => (await Promise.all(filterIds.map(stored))).every(Boolean), { interval: 1 });
  await turns();
  let prepared = 0;
  const holding = facts.holding.bind(facts);
  vi.spyOn(facts, 'holding').mockImplementation((compiled, then) => {
    if (++prepared === 2) clock.advance(28 * 60 * MINUTE);
    return holding(compiled, then);
  });
  release();
  await Promise.all(changes);
  expect(told).toEqual(['entered', 'entered', 'left']);
});
