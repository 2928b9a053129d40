import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

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

const enrol = async (hostname: string, profileId = a) =>
  (await TestAgent.enrol(server.rmm, host, { profileId, hostname })).deviceId;

test('a System group holds devices of all Profiles; a device may be in several', async () => {
  const [one, two] = [await enrol('one'), await enrol('two', b)];
  const g = await api.groups.create({ name: ' Tills ', kind: 'system-devices' });
  expect(g).toEqual({ id: g.id, name: 'Tills', kind: 'system-devices', profileId: null, members: 0 });
  expect((await api.groups.addDevices({ groupId: g.id, deviceIds: [one, two] })).members).toBe(2);
  expect((await api.groups.addDevices({ groupId: g.id, deviceIds: [one] })).members).toBe(2);
  const h = await api.groups.create({ name: 'Other', kind: 'system-devices' });
  await api.groups.addDevices({ groupId: h.id, deviceIds: [one] });
  expect((await api.devices.get({ deviceId: one })).groups.map(({ name }) => name)).toEqual(['Other', 'Tills']);
  expect((await api.groups.removeDevices({ groupId: g.id, deviceIds: [one] })).members).toBe(1);
  expect(await api.groups.members({ groupId: g.id })).toEqual({ ids: [two] });
  expect((await api.groups.list()).items.map(({ name, members }) => [name, members])).toEqual([
    ['Other', 1],
    ['Tills', 1],
  ]);
});

test('a Profile group takes only that Profile’s devices, all or none', async () => {
  const [own, stranger] = [await enrol('own'), await enrol('stranger', b)];
  const g = await api.groups.create({ name: 'G', kind: 'profile-devices', profileId: a });
  const adding = api.groups.addDevices({ groupId: g.id, deviceIds: [own, stranger] });
  await expect(adding).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { deviceId: stranger } });
  expect(await api.groups.members({ groupId: g.id })).toEqual({ ids: [] });
  await api.groups.addDevices({ groupId: g.id, deviceIds: [own] });
  expect((await api.groups.list()).items).toEqual([]);
  expect((await api.groups.list({ profileId: a })).items).toMatchObject([{ name: 'G', profileId: a, members: 1 }]);
  const system = await api.groups.create({ name: 'S', kind: 'system-devices' });
  expect((await api.groups.list({ everywhere: true })).items).toMatchObject([
    { name: 'G', profileId: a },
    { id: system.id, profileId: null },
  ]);
});

test('a Profile group of Profiles holds the devices of its Profiles', async () => {
  await enrol('one');
  const g = await api.groups.create({ name: 'Shops', kind: 'system-profiles' });
  expect((await api.groups.setProfiles({ groupId: g.id, profileIds: [a, b] })).members).toBe(2);
  expect((await api.devices.list({ groupId: g.id })).total).toBe(1);
  await enrol('two', b);
  expect((await api.devices.list({ groupId: g.id })).total).toBe(2);
  expect((await api.groups.setProfiles({ groupId: g.id, profileIds: [] })).members).toBe(0);
  expect((await api.devices.list({ groupId: g.id })).total).toBe(0);
});

test('kinds are not mixed up', async () => {
  const deviceIds = [await enrol('one')];
  const devices = await api.groups.create({ name: 'D', kind: 'system-devices' });
  const profiles = await api.groups.create({ name: 'P', kind: 'system-profiles' });
  const wrong = [
    () => api.groups.addDevices({ groupId: profiles.id, deviceIds }),
    () => api.groups.removeDevices({ groupId: profiles.id, deviceIds }),
    () => api.groups.setProfiles({ groupId: devices.id, profileIds: [a] }),
    () => api.groups.create({ name: 'X', kind: 'profile-devices' }),
    () => api.groups.create({ name: 'X', kind: 'system-devices', profileId: a }),
  ];
  for (const call of wrong) await expect(call()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('names are unique among groups of the same place and kind', async () => {
  const g = await api.groups.create({ name: 'G', kind: 'system-devices' });
  await api.groups.create({ name: 'G', kind: 'system-profiles' });
  await api.groups.create({ name: 'G', kind: 'profile-devices', profileId: a });
  await api.groups.create({ name: 'G', kind: 'profile-devices', profileId: b });
  await expect(api.groups.create({ name: 'G', kind: 'system-devices' })).rejects.toMatchObject({ code: 'CONFLICT' });
  await api.groups.create({ name: 'H', kind: 'system-devices' });
  await expect(api.groups.rename({ groupId: g.id, name: 'H' })).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('filters see the group’s new name, and no longer a deleted one', async () => {
  const g = await api.groups.create({ name: 'Old', kind: 'system-devices' });
  await api.groups.addDevices({ groupId: g.id, deviceIds: [await enrol('one')] });
  const found = async (term: string) =>
    (await api.devices.list({ filter: { field: 'device.groups', condition: 'equals', term } })).total;
  expect([await found('Old'), await found('New')]).toEqual([1, 0]);
  expect((await api.groups.rename({ groupId: g.id, name: 'New' })).members).toBe(1);
  expect([await found('Old'), await found('New')]).toEqual([0, 1]);
  await api.groups.remove({ groupId: g.id });
  expect(await found('New')).toBe(0);
  expect((await api.devices.list()).total).toBe(1);
});
