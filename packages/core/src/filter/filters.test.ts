import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { DEFAULT_FILTERS } from './default-filters.js';

const DAY_MS = 86_400_000;
const ONLINE = { field: 'status.online', condition: 'isTrue' } as const;
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let a: string;
let b: string;
beforeAll(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  host = await server.system();
  api = server.rmm.as(host);
  a = (await api.profiles.create({ name: 'A' })).id;
  b = (await api.profiles.create({ name: 'B' })).id;
});

const enrol = (hostname: string, profileId = a) => TestAgent.enrol(server.rmm, host, { profileId, hostname });
const hostnames = async (filterId: string) =>
  (await api.devices.list({ filterId })).items.map(({ hostname }) => hostname);
const countOf = async (filterId: string) => (await api.filters.get({ filterId })).devices;

describe('the field catalogue', () => {
  test('names every field with its conditions', async () => {
    const { items } = await api.fields.list();
    expect(items.find(({ id }) => id === 'software.version')).toMatchObject({
      label: 'Software version',
      type: 'version',
      list: 'software',
      conditions: expect.arrayContaining(['versionBelow', 'contains', 'empty']),
    });
    expect(items.find(({ id }) => id === 'device.type')?.choices).toContain('laptop');
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });
});

describe('default filters', () => {
  test('hold what their names say, in the System and in each Profile', async () => {
    const agents = [];
    for (const name of ['healthy', 'ill', 'old', 'gone', 'new']) agents.push(await enrol(name, name === 'ill' ? b : a));
    const [healthy, ill, old, gone] = agents;
    await old?.audit();
    await old?.connect();
    await old?.disconnect();
    server.clock.advance(7 * DAY_MS);
    await healthy?.connect();
    await healthy?.audit({
      security: { antivirus: [{ product: 'A', enabled: true }], firewall: [{ product: 'F', enabled: true }] },
    });
    await ill?.connect();
    await ill?.audit({
      system: { hostname: 'ill', platform: 'windows', osName: 'Windows 11', architecture: 'x64', deviceType: 'laptop' },
      volumes: { volumes: [{ mount: 'C:', sizeBytes: 1000, freeBytes: 99 }] },
      security: {
        antivirus: [{ product: 'A', enabled: false }],
        firewall: [],
        updates: { product: 'WU', enabled: false },
      },
    });
    await api.devices.remove({ deviceIds: [gone?.deviceId ?? ''] });
    const numbers = async (profileId?: string) =>
      Object.fromEntries(
        (await api.filters.list(profileId ? { profileId } : {})).items.map(({ id, devices }) => [
          id.replace('default-', ''),
          devices,
        ]),
      );
    expect(await numbers()).toEqual({
      all: 4,
      favourites: 0,
      online: 2,
      offline: 2,
      'offline-2-days': 2,
      'type-server': 2,
      'type-workstation': 0,
      'type-laptop': 1,
      'type-smartphone': 0,
      'os-windows': 1,
      'os-linux': 2,
      'os-macos': 0,
      'low-disk': 1,
      'no-antivirus': 2,
      'no-firewall': 1,
      'no-updates': 1,
      'stale-audit': 2,
      suspended: 1,
    });
    expect(await numbers(b)).toMatchObject({ all: 1, online: 1, 'os-windows': 1, suspended: 0 });
    for (const { id } of DEFAULT_FILTERS) {
      expect((await api.devices.list({ filterId: id })).total, id).toBe(await countOf(id));
    }
  });

  test('cannot be changed or deleted', async () => {
    const filterId = 'default-online';
    expect(await api.filters.get({ filterId })).toMatchObject({ builtIn: true, name: 'Online' });
    await expect(api.filters.update({ filterId, name: 'Mine' })).rejects.toMatchObject({ code: 'BUILT_IN' });
    await expect(api.filters.remove({ filterId })).rejects.toMatchObject({ code: 'BUILT_IN' });
  });

  test('a device that stays online is never “not seen for days”', async () => {
    const agent = await enrol('server');
    await agent.connect();
    server.clock.advance(30 * DAY_MS);
    const old = { field: 'device.lastSeen', condition: 'olderThanDays', term: 2 } as const;
    expect((await api.devices.list({ filter: old })).total).toBe(0);
    await agent.disconnect();
    expect((await api.devices.list({ filter: old })).total).toBe(0);
    server.clock.advance(2 * DAY_MS);
    expect((await api.devices.list({ filter: old })).total).toBe(1);
  });
});

describe('stored filters', () => {
  test('hold the devices that fit at this moment, and tell who comes and goes', async () => {
    const agent = await enrol('one');
    await enrol('two');
    const { id: filterId, ...made } = await api.filters.create({ name: ' On ', description: 'd', filter: ONLINE });
    expect(made).toEqual({
      name: 'On',
      description: 'd',
      profileId: null,
      builtIn: false,
      scope: null,
      visibleTo: null,
      filter: ONLINE,
      devices: 0,
    });
    const told: string[] = [];
    const stop = server.rmm.on('filter.membership', (event) => {
      if (event.filterId === filterId) told.push(`${event.systemId} ${event.deviceId} ${event.kind}`);
    });
    await agent.connect();
    expect([await countOf(filterId), await hostnames(filterId)]).toEqual([1, ['one']]);
    await agent.audit();
    await api.devices.remove({ deviceIds: [agent.deviceId] });
    expect(await countOf(filterId)).toBe(0);
    await api.devices.restore({ deviceIds: [agent.deviceId] });
    await agent.disconnect();
    stop();
    const who = `${host.systemId} ${agent.deviceId}`;
    expect(told).toEqual([`${who} entered`, `${who} left`, `${who} entered`, `${who} left`]);
  });

  test('notice time passing without anyone doing anything', async () => {
    const agent = await enrol('one');
    const filter = { field: 'device.enrolledAt', condition: 'olderThanDays', term: 3 } as const;
    const { id } = await api.filters.create({ name: 'Settled', filter });
    const told: unknown[] = [];
    const stop = server.rmm.on('filter.membership', (event) => told.push(event));
    server.clock.advance(3 * DAY_MS - 60_000);
    expect([await countOf(id), told]).toEqual([0, []]);
    server.clock.advance(120_000);
    stop();
    expect(await countOf(id)).toBe(1);
    expect(told).toEqual([{ systemId: host.systemId, filterId: id, deviceId: agent.deviceId, kind: 'entered' }]);
  });

  test('are confined to their Profile or scope', async () => {
    const [one, two] = [await enrol('one'), await enrol('two', b)];
    const everyone = { all: [] };
    const ofProfile = await api.filters.create({ name: 'F', profileId: a, filter: everyone });
    const scoped = await api.filters.create({ name: 'F', filter: everyone, scope: [b] });
    const open = await api.filters.create({ name: 'G', filter: everyone });
    const asking = await api.filters.create({
      name: 'S',
      filter: { field: 'status.suspended', condition: 'isTrue' },
      scope: [a],
    });
    expect([ofProfile, scoped, open, asking].map(({ devices }) => devices)).toEqual([1, 1, 2, 0]);
    expect(await hostnames(ofProfile.id)).toEqual(['one']);
    expect(await hostnames(scoped.id)).toEqual(['two']);
    await api.devices.move({ deviceIds: [one.deviceId], profileId: b });
    expect(await Promise.all([ofProfile, scoped, open].map(({ id }) => countOf(id)))).toEqual([0, 2, 2]);
    expect((await api.filters.list()).items.filter(({ builtIn }) => !builtIn).map(({ name }) => name)).toEqual([
      'F',
      'G',
      'S',
    ]);
    const inProfile = (await api.filters.list({ profileId: a })).items.filter(({ builtIn }) => !builtIn);
    expect(inProfile).toMatchObject([{ name: 'F', profileId: a, devices: 0 }]);
    await api.filters.update({ filterId: scoped.id, scope: null });
    expect(await countOf(scoped.id)).toBe(2);
    await api.devices.move({ deviceIds: [two.deviceId], profileId: a });
    await api.devices.remove({ deviceIds: [two.deviceId] });
    expect([await countOf(asking.id), await hostnames(asking.id)]).toEqual([1, ['two']]);
    const both = api.filters.create({ name: 'X', profileId: a, filter: everyone, scope: [a] });
    await expect(both).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(api.filters.update({ filterId: ofProfile.id, scope: [a] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  test('follow a change of their expression, and go when deleted', async () => {
    const agent = await enrol('one');
    const { id: filterId } = await api.filters.create({ name: 'F', filter: ONLINE });
    const offline = { none: [ONLINE] };
    expect(await api.filters.update({ filterId, filter: offline })).toMatchObject({
      name: 'F',
      filter: offline,
      devices: 1,
    });
    expect(await countOf(filterId)).toBe(1);
    await agent.connect();
    expect(await countOf(filterId)).toBe(0);
    await api.filters.remove({ filterId });
    await expect(api.filters.get({ filterId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(api.devices.list({ filterId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('may ask for favourites, which differ from user to user', async () => {
    const agent = await enrol('one');
    const filter = { all: [{ field: 'device.favourite', condition: 'isTrue' }, { none: [ONLINE] }] } as const;
    const { id } = await api.filters.create({ name: 'Mine', filter: { all: [...filter.all] } });
    expect(await countOf(id)).toBe(0);
    await api.devices.favourite({ deviceIds: [agent.deviceId], favourite: true });
    expect([await countOf(id), await hostnames(id)]).toEqual([1, ['one']]);
  });

  test('have names of their own and expressions that fit the catalogue', async () => {
    await api.filters.create({ name: 'F', filter: ONLINE });
    await expect(api.filters.create({ name: 'F', filter: ONLINE })).rejects.toMatchObject({ code: 'CONFLICT' });
    const { id: filterId } = await api.filters.create({ name: 'G', filter: ONLINE });
    await expect(api.filters.update({ filterId, name: 'F' })).rejects.toMatchObject({ code: 'CONFLICT' });
    const wrong = { any: [ONLINE, { field: 'disk.freeGb', condition: 'contains', term: 'x' }] } as const;
    await expect(api.filters.create({ name: 'H', filter: { any: [...wrong.any] } })).rejects.toMatchObject({
      code: 'INVALID_FILTER',
      details: { issues: [{ path: '/any/1/condition' }] },
    });
  });
});

describe('evaluating', () => {
  test('counts, with a sample in order, without storing anything', async () => {
    for (const name of ['c', 'a', 'b']) await (await enrol(name)).connect();
    await enrol('off', b);
    expect(await api.filters.evaluate({ filter: ONLINE, sample: 2 })).toMatchObject({
      count: 3,
      total: 4,
      sample: [{ hostname: 'a', profileName: 'A' }, { hostname: 'b' }],
    });
    expect(await api.filters.evaluate({ filter: ONLINE, profileId: b, sample: 0 })).toEqual({
      count: 0,
      total: 1,
      sample: [],
    });
    expect(await api.filters.evaluate({ filter: { all: [] }, scope: [a] })).toMatchObject({ count: 3, total: 3 });
    expect((await api.filters.list()).items.every(({ builtIn }) => builtIn)).toBe(true);
  });
});
