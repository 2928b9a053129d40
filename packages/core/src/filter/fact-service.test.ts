import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { definePlugin, type RmmPlugin } from '../plugin/plugin.js';
import type { Storage } from '../storage/storage.js';
import { settle } from '../test-support/raw-link.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import type { FactService } from './fact-service.js';
import type { Facts } from './facts.js';
import { factsRef } from './facts-ref.js';

const opened: TestRmm[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server[Symbol.asyncDispose]();
});

/** A server, and the service behind its lists, to drop and compare indexes. */
async function start(storage: Storage = sqliteStorage({ memory: true }), plugins: readonly RmmPlugin[] = []) {
  let facts: FactService | undefined;
  const peek = definePlugin({
    id: 'peek',
    compat: '*',
    requires: ['filters'],
    setup: (context) => {
      facts = context.use(factsRef);
      return {};
    },
  });
  const server = await testRmm({ storage, plugins: [peek, ...plugins] });
  opened.push(server);
  const host = await server.system();
  if (!facts) throw new Error('The plugin was not set up');
  const service = facts;
  const { systemId } = host;
  return { server, host, systemId, facts: service, api: server.rmm.as(host) as RmmApi };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 1));
}

type Started = Awaited<ReturnType<typeof start>>;

/** Everything that an index says. */
async function shown({ facts, systemId, api }: Started): Promise<unknown> {
  const { items } = await api.devices.list({ limit: 1000 });
  const { items: suspended } = await api.devices.list({ suspended: true, limit: 1000 });
  const index = await facts.open(systemId);
  return {
    order: items.map(({ id }) => id),
    facts: [...items, ...suspended].map(({ id }) => [id, unordered(index.facts.facts(id))]),
    filters: (await api.filters.list()).items.map(({ id, devices }) => [id, devices]),
    profiles: (await api.profiles.list()).items.map(({ id, devices }) => [id, devices]),
    size: index.facts.size,
  };
}

/** The values of a field with several are a set: the index need not keep their order. */
const unordered = (facts: Facts = {}): Facts =>
  Object.fromEntries(
    Object.entries(facts).map(([id, value]) => [
      id,
      Array.isArray(value) ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value,
    ]),
  );

const FILTERS = {
  online: { field: 'status.online', condition: 'isTrue' },
  tagged: { field: 'device.tags', condition: 'notEmpty' },
  elsewhere: { field: 'profile.name', condition: 'notEquals', term: 'P0' },
  grouped: { field: 'device.groups', condition: 'startsWith', term: 'G' },
  settled: { field: 'device.enrolledAt', condition: 'olderThanDays', term: 1 },
  old: { field: 'software.version', condition: 'versionBelow', term: '5' },
} as const;

type Step = readonly [kind: number, one: number, two: number];
const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(13), fc.nat(5), fc.nat(2));

/** Runs one step of a story; steps that cannot be (a suspended device, a missing one) fail and change nothing. */
async function play(story: Story, [kind, one, two]: Step): Promise<void> {
  const { api, agents, profiles, groups, server, host, facts, systemId } = story;
  const agent = agents[one % Math.max(1, agents.length)];
  const profileId = profiles[two] ?? '';
  const groupId = groups[two] ?? '';
  if (kind === 0 || !agent) {
    agents.push(await TestAgent.enrol(server.rmm, host, { profileId, hostname: `pc-${one}` }));
    return;
  }
  const deviceIds = [agent.deviceId, ...(one % 2 ? [agents[0]?.deviceId ?? ''] : [])].filter(
    (id, i, all) => all.indexOf(id) === i,
  );
  const version = `${one}.${two}`;
  const acts = [
    () => agent.connect(),
    () => agent.disconnect(),
    () => agent.audit({ software: { packages: [{ name: 'tool', version, source: 'dpkg' }] } }),
    () => api.devices.move({ deviceIds, profileId }),
    () => api.devices.tag({ deviceIds, add: [`t${two}`], remove: [`t${one}`] }),
    () => api.devices.update({ deviceId: agent.deviceId, description: version, typeOverride: two ? 'laptop' : null }),
    () => api.groups.addDevices({ groupId, deviceIds }),
    () => api.groups.removeDevices({ groupId, deviceIds }),
    () => api.devices.remove({ deviceIds }),
    () => api.devices.restore({ deviceIds }),
    () => api.profiles.update({ profileId, name: `P${two} ${one}`, description: version }),
    async () => server.clock.advance(one * 7 * 3_600_000),
    async () => facts.drop(systemId),
  ];
  await acts[(kind - 1) % acts.length]?.();
}

interface Story extends Started {
  readonly agents: TestAgent[];
  readonly profiles: readonly string[];
  readonly groups: readonly string[];
}

describe('the index equals storage', () => {
  test('after any story, told by many at once, with indexes given up in the midst of it', async () => {
    const started = await start();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), async (batches) => {
        const host = await started.server.system();
        const api = started.server.rmm.as(host);
        const profiles = [];
        const groups = [];
        for (const n of [0, 1, 2]) {
          profiles.push((await api.profiles.create({ name: `P${n}` })).id);
          groups.push((await api.groups.create({ name: `G${n}`, kind: 'system-devices' })).id);
        }
        const stored = new Map<string, Set<string>>();
        const lies: string[] = [];
        for (const [name, filter] of Object.entries(FILTERS)) {
          stored.set((await api.filters.create({ name, filter })).id, new Set());
        }
        const stop = started.server.rmm.on('filter.membership', ({ filterId, deviceId, kind }) => {
          const members = stored.get(filterId);
          if (!members) return;
          // An event that repeats what was already told would be a lie.
          if (members.has(deviceId) !== (kind === 'left')) lies.push(`${filterId} ${deviceId} ${kind}`);
          if (kind === 'entered') members.add(deviceId);
          else members.delete(deviceId);
        });
        await api.devices.list();
        const story = { ...started, host, api, systemId: host.systemId, agents: [], profiles, groups };
        for (const batch of batches) await Promise.allSettled(batch.map((one) => play(story, one)));
        const live = await shown(story);
        story.facts.drop(story.systemId);
        expect(await shown(story)).toEqual(live);
        for (const [filterId, members] of stored) {
          const { items } = await api.devices.list({ filterId, limit: 1000 });
          expect(items.map(({ id }) => id).sort()).toEqual([...members].sort());
        }
        expect(lies).toEqual([]);
        stop();
      }),
      { numRuns: 15 },
    );
  }, 180_000);

  test('a change is shown to whoever asks after it, also while the index is being read', async () => {
    const { server, host, facts, systemId, api } = await start();
    const { id: profileId } = await api.profiles.create({ name: 'P' });
    const agent = await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'pc' });
    for (let round = 0; round < 20; round++) {
      facts.drop(systemId);
      const other = api.devices.list();
      await api.devices.update({ deviceId: agent.deviceId, description: `round ${round}` });
      expect((await api.devices.list({ search: `round ${round}` })).total).toBe(1);
      await other;
    }
  });
});

/** A storage whose reads of group members outside transactions can be made to fail or to wait. */
function brittle(storage: Storage) {
  let before: () => Promise<void> = async () => undefined;
  const find: Storage['find'] = async (model, options) => {
    const found = await storage.find(model, options);
    if (model === 'groupMember') await before();
    return found;
  };
  const wrapped = new Proxy(storage, {
    get: (target, name) => {
      if (name === 'find') return find;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    storage: wrapped,
    breakDown: (broken: boolean) => {
      before = async () => {
        if (broken) throw new Error('the disk is gone');
      };
    },
    /** Holds what is read next, until released. */
    hold: () => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      before = () => {
        before = async () => undefined;
        return released;
      };
      return release;
    },
  };
}

test('what was read earlier never overwrites what was read later', async () => {
  const { storage, hold } = brittle(sqliteStorage({ memory: true }));
  const { server, host, api } = await start(storage);
  const { id: profileId } = await api.profiles.create({ name: 'P' });
  const { deviceId } = await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'pc' });
  await api.devices.list();
  const release = hold();
  const first = api.devices.update({ deviceId, description: 'first' });
  // Both changes are stored before the first one's read comes back.
  await until(async () => (await storage.find('device'))[0]?.description === 'first');
  const second = api.devices.update({ deviceId, description: 'second' });
  await until(async () => (await storage.find('device'))[0]?.description === 'second');
  await settle();
  release();
  await Promise.all([first, second]);
  expect((await api.devices.list({ search: 'second' })).total).toBe(1);
});

test('a plugin’s fields are filtered, sorted and downloaded like any other', async () => {
  const backups = new Map<string, number | undefined>();
  const backup = definePlugin({
    id: 'backup',
    compat: '*',
    requires: ['filters'],
    fields: [
      { id: 'backup.lastRun', label: 'Last backup', group: 'Backup', type: 'date' },
      { id: 'volume.label', label: 'Volume', group: 'Backup', type: 'string', list: 'volume' },
    ],
    setup: (context) => {
      const facts = context.use(factsRef);
      facts.addSource({
        facts: async (_data, ids) =>
          new Map(
            ids.flatMap((id) => {
              const at = backups.get(id);
              return at === undefined ? [] : [[id, { 'backup.lastRun': at, volume: [{ label: 'C' }] }]];
            }),
          ),
      });
      return {};
    },
  });
  const { server, host, systemId, facts, api } = await start(sqliteStorage({ memory: true }), [backup]);
  const { id: profileId } = await api.profiles.create({ name: 'P' });
  const { deviceId } = await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'pc' });
  await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'other' });
  expect((await api.fields.list()).items.map(({ id }) => id)).toContain('backup.lastRun');
  const saved = { field: 'backup.lastRun', condition: 'withinDays', term: 1 } as const;
  const volume = { field: 'volume.label', condition: 'equals', term: 'c' } as const;
  const both = async () => [
    (await api.devices.list({ filter: saved })).total,
    (await api.devices.list({ filter: volume })).total,
  ];
  expect(await both()).toEqual([0, 0]);
  backups.set(deviceId, server.clock.now());
  await facts.refresh(systemId, [deviceId]);
  expect(await both()).toEqual([1, 1]);
  const { text } = await api.devices.export({
    columns: ['device.hostname', 'backup.lastRun', 'volume.label'],
    sortBy: 'backup.lastRun',
  });
  expect(text.split('\r\n').slice(1, 3)).toEqual(['pc,2026-01-15T09:00:00.000Z,C', 'other,,']);
  backups.delete(deviceId);
  await facts.refresh(systemId, [deviceId]);
  expect(await both()).toEqual([0, 0]);
});

test('a filter that no longer fits the catalogue holds nothing and harms nothing', async () => {
  const storage = sqliteStorage({ memory: true });
  const { server, host, api, facts, systemId } = await start(storage);
  const { id: filterId } = await api.filters.create({ name: 'F', filter: FILTERS.online });
  const filter = { field: 'gone.field', condition: 'isTrue' };
  await storage.update('filter', { field: 'id', op: 'eq', value: filterId }, { filter });
  facts.drop(systemId);
  expect(await api.filters.get({ filterId })).toMatchObject({ devices: 0 });
  await expect(api.devices.list({ filterId })).rejects.toMatchObject({ code: 'INVALID_FILTER' });
  expect((await api.devices.list()).total).toBe(0);
  await api.filters.update({ filterId, filter: { all: [] } });
  const { id: profileId } = await api.profiles.create({ name: 'P' });
  await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'pc' });
  expect((await api.devices.list({ filterId })).total).toBe(1);
});

test('when storage cannot be read, the change holds, lists fail until it can, and no coming or going is lost', async () => {
  const { storage, breakDown } = brittle(sqliteStorage({ memory: true }));
  const { server, host, api } = await start(storage);
  const { id: profileId } = await api.profiles.create({ name: 'P' });
  const agent = await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'pc' });
  const { id: filterId } = await api.filters.create({ name: 'F', filter: FILTERS.online });
  const told: string[] = [];
  server.rmm.on('filter.membership', (event) => told.push(`${event.filterId} ${event.deviceId} ${event.kind}`));
  breakDown(true);
  await agent.connect();
  await expect(api.devices.list()).rejects.toThrow('the disk is gone');
  breakDown(false);
  expect((await api.devices.list({ filterId })).total).toBe(1);
  expect(told).toEqual([`${filterId} ${agent.deviceId} entered`]);
});
