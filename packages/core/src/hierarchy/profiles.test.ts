import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

const storage = sqliteStorage({ memory: true });
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
beforeAll(async () => {
  server = await testRmm({ storage });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  host = await server.system();
  api = server.rmm.as(host);
});

const enrol = (profileId: string, hostname = 'pc') => TestAgent.enrol(server.rmm, host, { profileId, hostname });

describe('Profiles', () => {
  test('are made with all settings, changed one by one, found and removed', async () => {
    const made = await api.profiles.create({
      name: 'Bilbao Office',
      description: 'First floor',
      customFieldLabels: ['Room', null, null, null, null],
      mailRecipients: ['it@example.com'],
      powerRatingWatts: 120.5,
    });
    expect(made).toEqual({
      id: made.id,
      name: 'Bilbao Office',
      description: 'First floor',
      createdAt: '2026-01-15T09:00:00.000Z',
      customFieldLabels: ['Room', null, null, null, null],
      mailRecipients: ['it@example.com'],
      powerRatingWatts: 120.5,
      proxy: null,
      devices: { total: 0, online: 0 },
    });
    const changed = await api.profiles.update({ profileId: made.id, name: 'Bilbao', powerRatingWatts: null });
    expect(changed).toEqual({ ...made, name: 'Bilbao', powerRatingWatts: null });
    expect(await api.profiles.get({ profileId: made.id })).toEqual(changed);
    await api.profiles.create({ name: 'Aachen' });
    expect((await api.profiles.list()).items.map(({ name }) => name)).toEqual(['Aachen', 'Bilbao']);
    expect((await api.profiles.list({ search: 'FIRST' })).items).toEqual([changed]);
    await api.profiles.remove({ profileId: made.id });
    await expect(api.profiles.get({ profileId: made.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('have names of their own', async () => {
    await api.profiles.create({ name: 'A' });
    const { id: profileId } = await api.profiles.create({ name: 'B' });
    const conflict = { code: 'CONFLICT', message: expect.stringContaining('"A"') };
    await expect(api.profiles.create({ name: ' A ' })).rejects.toMatchObject(conflict);
    await expect(api.profiles.update({ profileId, name: 'A' })).rejects.toMatchObject(conflict);
    await api.profiles.update({ profileId, name: 'B', description: 'same name again' });
    const results = await Promise.allSettled([1, 2, 3].map(() => api.profiles.create({ name: 'C' })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const other = server.rmm.as(await server.system());
    await other.profiles.create({ name: 'A' });
  });

  test('count their devices', async () => {
    const { id } = await api.profiles.create({ name: 'A' });
    const [one, two] = [await enrol(id, 'one'), await enrol(id, 'two')];
    const three = await enrol(id, 'three');
    await one.connect();
    await two.connect();
    await two.disconnect();
    await api.devices.remove({ deviceIds: [three.deviceId] });
    expect((await api.profiles.get({ profileId: id })).devices).toEqual({ total: 2, online: 1 });
    expect((await api.profiles.list()).items[0]?.devices).toEqual({ total: 2, online: 1 });
  });

  test('stay while they hold devices, suspended ones included', async () => {
    const a = await api.profiles.create({ name: 'A' });
    const b = await api.profiles.create({ name: 'B' });
    const device = await enrol(a.id);
    const removal = () => api.profiles.remove({ profileId: a.id });
    await expect(removal()).rejects.toMatchObject({ code: 'IN_USE', details: { devices: 1, suspended: 0 } });
    await api.devices.remove({ deviceIds: [device.deviceId] });
    await expect(removal()).rejects.toMatchObject({ code: 'IN_USE', details: { devices: 0, suspended: 1 } });
    await api.devices.restore({ deviceIds: [device.deviceId] });
    await api.devices.move({ deviceIds: [device.deviceId], profileId: b.id });
    await removal();
  });

  test('take what is theirs with them', async () => {
    const a = await api.profiles.create({ name: 'A' });
    const b = await api.profiles.create({ name: 'B' });
    const profileId = a.id;
    await api.variables.set({ name: 'V', value: 'v', profileId });
    await api.enrolments.create({ profileId });
    const own = await api.groups.create({ name: 'G', kind: 'profile-devices', profileId });
    const both = await api.groups.create({ name: 'P', kind: 'system-profiles' });
    await api.groups.setProfiles({ groupId: both.id, profileIds: [a.id, b.id] });
    const filter = { field: 'status.online', condition: 'isTrue' } as const;
    const ofProfile = await api.filters.create({ name: 'F', profileId, filter });
    const scoped = await api.filters.create({ name: 'S', filter: { all: [] }, scope: [a.id] });
    const device = await enrol(b.id);
    await api.profiles.remove({ profileId });

    await expect(api.groups.members({ groupId: own.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await api.groups.members({ groupId: both.id })).toEqual({ ids: [b.id] });
    await expect(api.filters.get({ filterId: ofProfile.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(api.devices.list({ filterId: ofProfile.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await api.filters.get({ filterId: scoped.id })).toMatchObject({ scope: [], devices: 0 });
    expect((await api.devices.list({ filterId: scoped.id })).total).toBe(0);
    expect((await api.devices.list()).items.map(({ id }) => id)).toEqual([device.deviceId]);
    const left = await Promise.all(['variable', 'enrolment'].map((model) => storage.find(model)));
    expect(left.flat().filter((row) => row.profileId === profileId)).toEqual([]);
  });
});

describe('the proxy', () => {
  test('keeps its password secret, and only for the host that it is for', async () => {
    const proxy = { host: 'proxy.lan', port: 3128, username: 'agent', password: 'proxy-secret' };
    const made = await api.profiles.create({ name: 'A', proxy });
    const profileId = made.id;
    const shown = { host: 'proxy.lan', port: 3128, username: 'agent', hasPassword: true };
    expect(made.proxy).toEqual(shown);
    const stored = JSON.stringify([await storage.find('profile'), await storage.find('activity')]);
    expect(stored).not.toContain('proxy-secret');

    const kept = await api.profiles.update({ profileId, proxy: { host: 'proxy.lan', port: 3128, username: 'other' } });
    expect(kept.proxy).toEqual({ ...shown, username: 'other' });
    const moved = api.profiles.update({ profileId, proxy: { host: 'evil.example', port: 3128, username: 'other' } });
    await expect(moved).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const anonymous = await api.profiles.update({ profileId, proxy: { host: 'new.lan', port: 80, username: null } });
    expect(anonymous.proxy).toEqual({ host: 'new.lan', port: 80, username: null, hasPassword: false });
    expect((await api.profiles.update({ profileId, proxy: null })).proxy).toBeNull();
  });
});
