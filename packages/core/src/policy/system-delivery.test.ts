import { sqliteStorage } from '@rmm/adapters-sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { commandModel } from '../agent/command-model.js';
import type { RmmApi } from '../core-api.js';
import { Data } from '../data/data.js';
import type { FactService } from '../filter/fact-service.js';
import { factsRef } from '../filter/facts-ref.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { definePlugin } from '../plugin/plugin.js';
import type { Storage } from '../storage/storage.js';
import { deviceRow } from '../test-support/device-row.js';
import { settle } from '../test-support/raw-link.js';
import { seededIds } from '../testing/seeded-ids.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { NOTHING } from './device-policy.js';
import { type PolicyDelivery, policyDeliveryRef } from './policy-delivery.js';
import { devicePolicyModel } from './policy-models.js';
import { PolicyReader } from './policy-reader.js';
import { resolvePolicies } from './resolve/resolve-policies.js';
import { BUILT_IN_POLICY_TYPES } from './types/built-in-types.js';

/** More than are compared at a time. */
const DEVICES = 4500;
const EVERYTHING = [{ kind: 'filter' as const, id: 'default-all' }];
/** In the first slice, and in the last. */
const EARLY = 10;
const LATE = 4400;

let storage: Storage;
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let data: Data;
let facts: FactService;
let delivery: PolicyDelivery;
/** How often each device was written down. */
let settled: Map<string, number>;
/** Runs whenever the delivery looks at the devices; the argument counts from 1. */
let onLook: (count: number) => unknown;

const probe = definePlugin({
  id: 'probe',
  compat: '*',
  requires: ['policies', 'filters'],
  setup: (context) => {
    delivery = context.use(policyDeliveryRef);
    facts = context.use(factsRef);
    context.events.on('device.policy', ({ deviceId }) => settled.set(deviceId, (settled.get(deviceId) ?? 0) + 1));
    return {};
  },
});

const idOf = (i: number) => `device-${String(i).padStart(5, '0')}`;

async function start(ids = seededIds(1)): Promise<void> {
  // Not lost with the server that uses it.
  const lasting = new Proxy(storage, {
    get: (target, name: keyof Storage) => {
      const value = target[name];
      if (name === 'close') return async () => undefined;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  server = await testRmm({ storage: lasting, plugins: [probe], ids });
  onTestFinished(() => server.rmm.stop());
}

let north: string;
let south: string;
beforeEach(async () => {
  settled = new Map();
  storage = sqliteStorage({ memory: true });
  onTestFinished(() => storage.close());
  await start();
  host = await server.system();
  api = server.rmm.as(host);
  data = new Data(storage, host.systemId);
  north = (await api.profiles.create({ name: 'North' })).id;
  south = (await api.profiles.create({ name: 'South' })).id;
});

type Create = Parameters<RmmApi['policies']['create']>[0];
async function policy(settings: Record<string, unknown>, more: Partial<Create> = {}): Promise<string> {
  const given = { name: `Policy ${JSON.stringify(settings)}`, level: 'system', targets: EVERYTHING, ...more } as const;
  const { id } = await api.policies.create({ type: 'agent', settings, ...given });
  await api.policies.push();
  return id;
}

/** Resolves when the delivery has nothing to do, which pauses by the clock between batches and after faults. */
async function idle(): Promise<void> {
  let isIdle = false;
  const waiting = delivery.idle().then(() => {
    isIdle = true;
  });
  while (!isIdle) {
    await settle();
    server.clock.advance(2000);
  }
  await waiting;
}

/** As if devices had come while no server ran. */
async function fleet(): Promise<void> {
  await idle();
  await data.insertAll(
    deviceModel,
    Array.from({ length: DEVICES }, (_, i) => deviceRow({ id: idOf(i), profileId: north, hostname: `pc-${i}` })),
  );
  facts.drop(host.systemId);
}

/** Compares all devices; whoever looks at them is told of, apart from what `onLook` does itself. */
async function compareAll(during: typeof onLook): Promise<void> {
  let count = 0;
  let busy = false;
  const open = facts.open.bind(facts);
  facts.open = async (systemId) => {
    if (!busy) {
      busy = true;
      await (async () => during(++count))().finally(() => {
        busy = false;
      });
    }
    return open(systemId);
  };
  delivery.touch(host.systemId, { everything: true });
  await idle();
  facts.open = open;
}

/** Devices of which something else is written down than they are to obey. */
async function wrong(): Promise<readonly string[]> {
  const world = await new PolicyReader(facts, BUILT_IN_POLICY_TYPES, []).world(data);
  const resolution = resolvePolicies(world);
  const rows = new Map((await data.find(devicePolicyModel)).map((row) => [row.deviceId, row]));
  const ids = (await data.find(deviceModel, { fields: ['id'] })).map(({ id }) => id);
  return ids.filter((id) => (rows.get(id)?.desired ?? NOTHING) !== (resolution.of(id)?.hash ?? NOTHING));
}

async function commandsOf(): Promise<readonly string[]> {
  const waiting = await data.find(commandModel, { match: { kind: 'policy.apply', state: 'queued' } });
  return waiting.map(({ deviceId }) => deviceId).sort();
}

describe('comparing all devices', () => {
  test('ends with what the last state says, whatever happens between its slices', async () => {
    const groupId = (await api.groups.create({ name: 'G', kind: 'system-devices' })).id;
    const vip = { all: [{ field: 'device.tags', condition: 'equals', term: 'vip' }] } as const;
    const filterId = (await api.filters.create({ name: 'F', filter: { all: [...vip.all] } })).id;
    await policy({ privacyMode: true });
    const removed = await policy({ serviceOnly: true });
    await policy({ disableAudits: true }, { level: 'profile', profileId: south });
    await policy({ plan: 'balanced' }, { type: 'power', targets: [{ kind: 'group', id: groupId }] });
    await policy({ browserMode: 'user' }, { targets: [{ kind: 'filter', id: filterId }] });
    await fleet();
    const both = (offset: number) => ({ deviceIds: [idOf(EARLY + offset), idOf(LATE + offset)] });
    const changes: (() => Promise<unknown>)[] = [
      () => api.devices.move({ ...both(0), profileId: south }),
      () => api.groups.addDevices({ ...both(1), groupId }),
      () => api.devices.tag({ ...both(2), add: ['vip'] }),
      () => api.devices.remove(both(3)),
      () => api.policies.suspendMonitoring({ deviceId: idOf(EARLY), suspended: true }),
      () =>
        api.policies.create({
          name: 'One',
          type: 'agent',
          level: 'device',
          deviceId: idOf(LATE),
          settings: { browserMode: 'off' },
        }),
      () => api.policies.push(),
    ];
    let looks = 0;
    await compareAll(async (count) => {
      looks = count;
      // Twice for the beginning, then once a slice.
      if (count === 4) for (const change of changes) await change();
    });
    expect(looks).toBeGreaterThan(4);
    expect(await wrong()).toEqual([]);
    expect(await commandsOf()).toEqual([...new Set(await commandsOf())]);
    expect((await commandsOf()).length).toBe(DEVICES - 2);
    const often = [...settled].filter(([, times]) => times > 1).map(([id]) => id);
    const touched = [EARLY, LATE].flatMap((first) => [0, 1, 2, 3].map((offset) => idOf(first + offset)));
    for (const id of often) expect(touched).toContain(id);

    settled.clear();
    await compareAll(async (count) => {
      if (count === 4) await api.policies.remove({ policyId: removed });
    });
    expect(await wrong()).toEqual([]);
    expect(settled.size).toBe(DEVICES - 2);
    expect(Math.max(...settled.values())).toBe(1);
  });

  test('goes on where storage failed, and writes nothing down twice', async () => {
    await policy({ privacyMode: true });
    await fleet();
    await compareAll((count) => {
      if (count === 4) throw new Error('Storage failed');
    });
    expect(await wrong()).toEqual([]);
    expect(settled.size).toBe(DEVICES);
    expect(Math.max(...settled.values())).toBe(1);
  });

  test('is left at once when the server stops, and done by the next start', async () => {
    await policy({ privacyMode: true });
    await fleet();
    let stopping: Promise<void> | undefined;
    let after = 0;
    await compareAll((count) => {
      if (count === 4) stopping = delivery.stop();
      if (count > 4) after += 1;
    });
    await stopping;
    expect([after, settled.size]).toEqual([0, 0]);
    await server.rmm.stop();
    await start(seededIds(2));
    await idle();
    expect(await wrong()).toEqual([]);
    expect(Math.max(...settled.values())).toBe(1);
  });

  test('of a System without devices does nothing', async () => {
    await policy({ privacyMode: true });
    await idle();
    await compareAll(() => undefined);
    expect(settled.size).toBe(0);
  });
});
