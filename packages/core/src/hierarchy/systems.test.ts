import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeUser } from '../test-support/furnished-system.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

const storage = sqliteStorage({ memory: true });
let server: TestRmm;
beforeAll(async () => {
  server = await testRmm({ storage });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('Systems', () => {
  test('a new System has settings, an accountadmin role and no Profile', async () => {
    const host = await server.system(' Example Ltd ');
    const api = server.rmm.as(host);
    expect(await api.system.get()).toMatchObject({ id: host.systemId, name: 'Example Ltd', mailRecipients: [] });
    expect((await api.roles.list()).items).toMatchObject([{ name: 'accountadmin', builtIn: true, members: 0 }]);
    expect((await api.profiles.list()).items).toEqual([]);
    const all = await server.rmm.as({ kind: 'host', name: 'test' }).systems.list();
    expect(all.items.map(({ id }) => id)).toContain(host.systemId);
  });

  test('settings change one by one and are told', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    const told: string[] = [];
    const stop = server.rmm.on('system.changed', ({ systemId }) => told.push(systemId));
    await api.system.update({ mailRecipients: ['ops@example.com'] });
    const after = await api.system.update({ customFieldLabels: ['Room', 'Floor', 'Cost centre', 'D', 'E'] });
    stop();
    expect(after).toMatchObject({ name: 'Example', mailRecipients: ['ops@example.com'] });
    expect(after.customFieldLabels[2]).toBe('Cost centre');
    expect(await api.system.get()).toEqual(after);
    expect(told).toEqual([host.systemId, host.systemId]);
  });

  test('addresses for mail, of the System and of Profiles, are shown to those who may view settings', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    await api.system.update({ mailRecipients: ['ops@example.com'] });
    const { id: profileId } = await api.profiles.create({ name: 'P', mailRecipients: ['it@example.com'] });
    const may = async (name: string, settings: 'disabled' | 'view') => {
      const granted = { system: 'view', profiles: 'view', 'system.settings': settings, 'profiles.settings': settings };
      return server.rmm.as(await makeUser({ host, api }, name, granted as never));
    };
    for (const [user, system, profile] of [
      [await may('viewer', 'view'), ['ops@example.com'], ['it@example.com']],
      [await may('other', 'disabled'), null, null],
    ] as const) {
      expect(await user.system.get()).toMatchObject({ name: 'Example', mailRecipients: system });
      expect(await user.profiles.get({ profileId })).toMatchObject({ name: 'P', mailRecipients: profile });
      expect((await user.profiles.list()).items).toMatchObject([{ name: 'P', mailRecipients: profile }]);
    }
  });

  test('only the host manages Systems', async () => {
    const { systemId } = await server.system();
    const agent = server.rmm.as({ kind: 'agent', systemId, deviceId: 'x' });
    await expect(agent.systems.create({ name: 'Mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(agent.systems.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('variables', () => {
  test('a Profile’s value overrides the System’s, all the way to the script', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    const { id: profileId } = await api.profiles.create({ name: 'Office' });
    await api.variables.set({ name: 'SHARE', value: '//srv/all' });
    await api.variables.set({ name: 'LICENCE', value: 'none' });
    await api.variables.set({ name: 'LICENCE', value: 'ABC-123', masked: true, profileId });
    expect((await api.variables.list()).items).toEqual([
      { name: 'LICENCE', value: 'none', masked: false, level: 'system' },
      { name: 'SHARE', value: '//srv/all', masked: false, level: 'system' },
    ]);
    expect((await api.variables.list({ profileId })).items).toEqual([
      { name: 'LICENCE', value: null, masked: true, level: 'profile' },
      { name: 'SHARE', value: '//srv/all', masked: false, level: 'system' },
    ]);
    const agent = await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'pc' });
    await api.jobs.run({ deviceIds: [agent.deviceId], script: { language: 'shell', text: 'env' } });
    const [command] = await agent.pull();
    expect(command?.body).toMatchObject({ environment: { SHARE: '//srv/all', LICENCE: 'ABC-123' } });
    await api.variables.remove({ name: 'LICENCE', profileId });
    expect((await api.variables.list({ profileId })).items[0]).toMatchObject({ value: 'none', level: 'system' });
    await expect(api.variables.remove({ name: 'LICENCE', profileId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('no value is stored or recorded in plain text', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    await api.variables.set({ name: 'A', value: 'very-secret-value', masked: true });
    await api.variables.set({ name: 'B', value: 'very-secret-value' });
    const stored = JSON.stringify([await storage.find('variable'), await storage.find('activity')]);
    expect(stored).not.toContain('very-secret-value');
    expect(stored).toContain('variables.set');
  });

  test('a sealed value does not open in another place', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    await api.variables.set({ name: 'A', value: 'a' });
    await api.variables.set({ name: 'B', value: 'b' });
    const rows = await storage.find('variable', { where: { field: 'systemId', op: 'eq', value: host.systemId } });
    const sealedOfA = rows.find(({ name }) => name === 'A')?.sealed;
    await storage.put(
      'variable',
      rows.filter(({ name }) => name === 'B').map((row) => ({ ...row, sealed: sealedOfA })),
    );
    await expect(api.variables.list()).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });
});

describe('the dashboard', () => {
  test('counts devices and jobs of the System and of one Profile', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    const a = await api.profiles.create({ name: 'A' });
    const b = await api.profiles.create({ name: 'B' });
    const enrol = (hostname: string, profileId: string) => TestAgent.enrol(server.rmm, host, { hostname, profileId });
    const [one, two, three, four] = [
      await enrol('one', a.id),
      await enrol('two', a.id),
      await enrol('three', b.id),
      await enrol('four', b.id),
    ];
    await one.connect();
    await one.audit();
    await three.connect();
    await three.audit({
      volumes: { volumes: [{ mount: 'C:', fileSystem: 'NTFS', sizeBytes: 100 * 2 ** 30, freeBytes: 9 * 2 ** 30 }] },
    });
    await api.devices.remove({ deviceIds: [four.deviceId] });
    await api.jobs.run({ deviceIds: [two.deviceId], script: { language: 'shell', text: 'true' } });
    server.clock.advance(2 * 86_400_000 + 60_000);
    expect(await api.system.dashboard()).toEqual({
      devices: { total: 3, online: 2, offline: 1, offlineOver2Days: 1, suspended: 1 },
      byOperatingSystem: [
        { label: 'Linux', count: 2 },
        { label: 'Unknown', count: 1 },
      ],
      byType: [
        { label: 'Servers', count: 2 },
        { label: 'Unknown', count: 1 },
      ],
      jobs: { active: 1, succeededToday: 0, failedToday: 0 },
      lowDisk: 1,
      staleAudit: 1,
    });
    expect(await api.system.dashboard({ profileId: b.id })).toMatchObject({
      devices: { total: 1, online: 1, offline: 0, offlineOver2Days: 0, suspended: 1 },
      jobs: { active: 0 },
      lowDisk: 1,
      staleAudit: 0,
    });
  });
});
