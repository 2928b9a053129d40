import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { RmmEventName } from '../event/rmm-events.js';
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

const enrol = (hostname: string, profileId = a) => TestAgent.enrol(server.rmm, host, { profileId, hostname });
const hostnames = async (input: Parameters<RmmApi['devices']['list']>[0] = {}) =>
  (await api.devices.list(input)).items.map(({ hostname }) => hostname);

async function eventsDuring(names: readonly RmmEventName[], run: () => Promise<unknown>): Promise<unknown[]> {
  const events: unknown[] = [];
  const stops = names.map((name) => server.rmm.on(name, (payload) => events.push({ name, ...payload })));
  await run();
  for (const stop of stops) stop();
  return events;
}

describe('a device', () => {
  test('shows what its agent, its audit and its Profile tell', async () => {
    await api.system.update({ customFieldLabels: ['Room', 'Floor', 'C', 'D', 'E'] });
    await api.profiles.update({ profileId: a, customFieldLabels: [null, 'Desk', null, null, null] });
    const agent = await enrol('pc-1');
    const bare = await api.devices.get({ deviceId: agent.deviceId });
    expect(bare).toMatchObject({
      hostname: 'pc-1',
      profileName: 'A',
      status: 'offline',
      type: 'unknown',
      operatingSystem: null,
      memoryBytes: null,
      lastAuditAt: null,
      externalIp: '203.0.113.7',
      customFieldLabels: ['Room', 'Desk', 'C', 'D', 'E'],
    });
    await agent.connect();
    await agent.audit();
    expect(await api.devices.get({ deviceId: agent.deviceId })).toMatchObject({
      hostname: 'srv-1',
      status: 'online',
      type: 'server',
      domain: 'example.net',
      lastUser: 'root',
      ipAddresses: ['192.0.2.10'],
      macAddresses: ['02:00:00:00:00:01'],
      manufacturer: 'Acme',
      serial: 'SN-0815',
      operatingSystem: 'Debian GNU/Linux 12',
      architecture: '64-bit (x64)',
      processor: 'Acme Fast 4',
      memoryBytes: 8 * 2 ** 30,
      lastAuditAt: new Date(server.clock.now()).toISOString(),
    });
    expect((await api.devices.list()).items).toEqual([await api.devices.get({ deviceId: agent.deviceId })]);
  });

  test('is described, and told to be of another type', async () => {
    const { deviceId } = await enrol('pc-1');
    const customFields = ['one', null, null, null, 'five'];
    const changed = await api.devices.update({
      deviceId,
      description: 'At the door',
      typeOverride: 'laptop',
      customFields,
    });
    expect(changed).toMatchObject({ description: 'At the door', type: 'laptop', typeOverride: 'laptop', customFields });
    expect(await api.devices.update({ deviceId, typeOverride: null })).toMatchObject({
      description: 'At the door',
      type: 'unknown',
    });
    expect(await hostnames({ filter: { field: 'custom.field5', condition: 'equals', term: 'FIVE' } })).toEqual([
      'pc-1',
    ]);
  });
});

describe('the list', () => {
  test('is sorted and paged by any field, with favourites among them', async () => {
    const agents = [];
    for (const name of ['delta', 'Alpha', 'charlie', 'bravo']) agents.push(await enrol(name));
    expect(await hostnames()).toEqual(['Alpha', 'bravo', 'charlie', 'delta']);
    expect(await hostnames({ sortDir: 'desc', offset: 1, limit: 2 })).toEqual(['charlie', 'bravo']);
    expect(await hostnames({ sortBy: 'device.enrolledAt' })).toEqual(['delta', 'Alpha', 'charlie', 'bravo']);
    expect((await api.devices.list({ limit: 1, offset: 9 })).total).toBe(4);
    await api.devices.favourite({ deviceIds: agents.slice(2).map(({ deviceId }) => deviceId), favourite: true });
    const byFavourite = { sortBy: 'device.favourite', sortDir: 'desc' } as const;
    expect(await hostnames(byFavourite)).toEqual(['bravo', 'charlie', 'Alpha', 'delta']);
    expect(await hostnames({ ...byFavourite, offset: 1, limit: 2 })).toEqual(['charlie', 'Alpha']);
    expect(await hostnames({ ...byFavourite, sortDir: 'asc', offset: 3 })).toEqual(['charlie']);
    await expect(api.devices.list({ sortBy: 'device.hostnam' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('is narrowed by Profile, group, filter, favourites and search, all together', async () => {
    const [one, two, three] = [await enrol('one'), await enrol('two'), await enrol('three', b)];
    await two.connect();
    await three.connect();
    await api.devices.tag({ deviceIds: [one.deviceId, three.deviceId], add: ['100%', 'vip'] });
    await api.devices.favourite({ deviceIds: [three.deviceId], favourite: true });
    const group = await api.groups.create({ name: 'G', kind: 'system-devices' });
    await api.groups.addDevices({ groupId: group.id, deviceIds: [one.deviceId, three.deviceId] });
    const profiles = await api.groups.create({ name: 'P', kind: 'system-profiles' });
    await api.groups.setProfiles({ groupId: profiles.id, profileIds: [b] });
    const online = { field: 'status.online', condition: 'isTrue' } as const;
    expect(await hostnames({ profileId: a })).toEqual(['one', 'two']);
    expect(await hostnames({ groupId: group.id })).toEqual(['one', 'three']);
    expect(await hostnames({ groupId: profiles.id })).toEqual(['three']);
    expect(await hostnames({ filter: online })).toEqual(['three', 'two']);
    expect(await hostnames({ filterId: 'default-online', groupId: group.id })).toEqual(['three']);
    expect(await hostnames({ favourite: true })).toEqual(['three']);
    expect(await hostnames({ favourite: false, profileId: a, filter: online })).toEqual(['two']);
    expect(await hostnames({ search: 'VIP' })).toEqual(['one', 'three']);
    expect(await hostnames({ search: '0%' })).toEqual(['one', 'three']);
    expect(await hostnames({ search: '1%0' })).toEqual([]);
    expect(await hostnames({ search: '203.0.113' })).toHaveLength(3);
    expect(await hostnames({ profileId: a, filterId: 'default-online', groupId: group.id })).toEqual([]);
    await expect(api.devices.list({ groupId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(api.devices.list({ filterId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const wrong = { field: 'os.nam', condition: 'contains', term: 'x' } as const;
    await expect(api.devices.list({ filter: wrong })).rejects.toMatchObject({ code: 'INVALID_FILTER' });
  });

  test('is downloaded whole, with the columns asked for', async () => {
    const agents = [await enrol('one'), await enrol('=cmd()'), await enrol('gone')];
    await agents[0]?.connect();
    await agents[0]?.audit();
    await api.devices.remove({ deviceIds: [agents[2]?.deviceId ?? ''] });
    await api.devices.tag({ deviceIds: [agents[1]?.deviceId ?? ''], add: ['x', '=y'] });
    const columns = [
      'device.hostname',
      'status.online',
      'disk.freeGb',
      'device.tags',
      'software.version',
      'device.favourite',
      'device.lastSeen',
    ];
    const { text, filename, mediaType } = await api.devices.export({ columns });
    expect(text.slice(1).split('\r\n')).toEqual([
      'Hostname,Online,Free disk space (GB),Tag,Software version,Favourite,Last seen',
      '\'=cmd(),No,,"x; =y",,No,2026-01-15T09:00:00.000Z',
      'srv-1,Yes,40,,"5.2.15-2; 3.0.15-1~deb12u1",No,2026-01-15T09:00:00.000Z',
      '',
    ]);
    expect({ filename, mediaType }).toEqual({
      filename: 'devices-2026-01-15.csv',
      mediaType: 'text/csv; charset=utf-8',
    });
    expect((await api.devices.export({ search: 'srv' })).text).toContain('Debian GNU/Linux');
    await expect(api.devices.export({ columns: ['os.nme'] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('os.name'),
    });
  });
});

describe('moving', () => {
  test('takes devices out of their old Profile’s groups, and is told once for each', async () => {
    const [one, two, three] = [await enrol('one'), await enrol('two'), await enrol('three', b)];
    const own = await api.groups.create({ name: 'own', kind: 'profile-devices', profileId: a });
    const wide = await api.groups.create({ name: 'wide', kind: 'system-devices' });
    for (const { id: groupId } of [own, wide])
      await api.groups.addDevices({ groupId, deviceIds: [one.deviceId, two.deviceId] });
    const deviceIds = [one.deviceId, three.deviceId];
    const events = await eventsDuring(['device.changed'], async () => {
      expect(await api.devices.move({ deviceIds, profileId: b })).toEqual({ moved: 1, withdrawn: 0 });
    });
    expect(events).toMatchObject([{ deviceId: one.deviceId }]);
    expect(await hostnames({ profileId: b })).toEqual(['one', 'three']);
    expect(await api.groups.members({ groupId: own.id })).toEqual({ ids: [two.deviceId] });
    expect((await api.devices.get({ deviceId: one.deviceId })).groups).toEqual([{ id: wide.id, name: 'wide' }]);
  });

  test('is all or nothing', async () => {
    const [one, gone] = [await enrol('one'), await enrol('gone')];
    await api.devices.remove({ deviceIds: [gone.deviceId] });
    const move = (deviceIds: string[]) => api.devices.move({ deviceIds, profileId: b });
    await expect(move([one.deviceId, gone.deviceId])).rejects.toMatchObject({
      code: 'DEVICE_SUSPENDED',
      details: { deviceIds: [gone.deviceId] },
    });
    await expect(move([one.deviceId, 'nobody'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(api.devices.move({ deviceIds: [one.deviceId], profileId: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await api.devices.get({ deviceId: one.deviceId })).profileId).toBe(a);
  });

  test('two moves at once end in one of both Profiles, wherever one looks', async () => {
    const agents = await Promise.all([1, 2, 3, 4].map((n) => enrol(`pc-${n}`)));
    const deviceIds = agents.map(({ deviceId }) => deviceId);
    const c = (await api.profiles.create({ name: 'C' })).id;
    await Promise.all([api.devices.move({ deviceIds, profileId: b }), api.devices.move({ deviceIds, profileId: c })]);
    const end = (await api.devices.get({ deviceId: deviceIds[0] ?? '' })).profileId;
    expect([b, c]).toContain(end);
    expect((await api.devices.list({ profileId: end })).total).toBe(4);
    const counts = await api.profiles.list();
    expect(counts.items.map(({ devices }) => devices.total).sort()).toEqual([0, 0, 4]);
  });
});

describe('tags', () => {
  test('are one whatever their case, and are counted', async () => {
    const [one, two] = [await enrol('one'), await enrol('two')];
    const both = [one.deviceId, two.deviceId];
    expect(await api.devices.tag({ deviceIds: both, add: ['VIP', 'vip', 'till'] })).toEqual({ changed: 2 });
    expect(await api.devices.tag({ deviceIds: both, add: ['vip'] })).toEqual({ changed: 0 });
    expect(await api.devices.tag({ deviceIds: [two.deviceId], add: ['new'], remove: ['TILL'] })).toEqual({
      changed: 1,
    });
    expect((await api.devices.get({ deviceId: two.deviceId })).tags).toEqual(['VIP', 'new']);
    expect((await api.devices.tags()).items).toEqual([
      { tag: 'VIP', devices: 2 },
      { tag: 'new', devices: 1 },
      { tag: 'till', devices: 1 },
    ]);
    expect(await hostnames({ filter: { field: 'device.tags', condition: 'equals', term: 'Till' } })).toEqual(['one']);
    await expect(api.devices.tag({ deviceIds: both, add: ['two words'] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('favourites', () => {
  test('are everyone’s own', async () => {
    const { deviceId } = await enrol('one');
    const { items } = await api.roles.list();
    const users = await Promise.all(
      ['ann', 'bob'].map((name) =>
        api.users.create({
          name,
          email: `${name}@example.com`,
          roleIds: [items[0]?.id ?? ''],
          account: `${host.systemId}-${name}`,
        }),
      ),
    );
    const [ann, bob] = users.map(({ id }) => server.rmm.as({ kind: 'user', systemId: host.systemId, userId: id }));
    expect(await ann?.devices.favourite({ deviceIds: [deviceId], favourite: true })).toEqual({ changed: 1 });
    expect(await ann?.devices.favourite({ deviceIds: [deviceId], favourite: true })).toEqual({ changed: 0 });
    const seen = async (api: RmmApi | undefined) => [
      (await api?.devices.get({ deviceId }))?.favourite,
      (await api?.devices.list({ filterId: 'default-favourites' }))?.total,
      (await api?.filters.get({ filterId: 'default-favourites' }))?.devices,
    ];
    expect(await seen(ann)).toEqual([true, 1, 1]);
    expect(await seen(bob)).toEqual([false, 0, 0]);
    expect(await seen(api)).toEqual([false, 0, 0]);
    await ann?.devices.favourite({ deviceIds: [deviceId], favourite: false });
    expect(await seen(ann)).toEqual([false, 0, 0]);
  });
});

describe('deleting', () => {
  test('suspends, orders the agent to uninstall, and hides the device', async () => {
    const [one, two] = [await enrol('one'), await enrol('two')];
    const { deviceId } = one;
    await one.connect();
    const events = await eventsDuring(['device.suspended'], () => api.devices.remove({ deviceIds: [deviceId] }));
    expect(events).toMatchObject([{ deviceId, systemId: host.systemId }]);
    expect((await one.pull()).map(({ body }) => body.kind)).toEqual(['agent.uninstall']);
    expect(await two.pull()).toEqual([]);
    expect(await hostnames()).toEqual(['two']);
    expect(await hostnames({ suspended: true })).toEqual(['one']);
    expect(await hostnames({ filterId: 'default-suspended' })).toEqual(['one']);
    expect(await hostnames({ filterId: 'default-suspended', suspended: false })).toEqual([]);
    expect(await hostnames({ filterId: 'default-all', suspended: true })).toEqual(['one']);
    expect(await api.devices.get({ deviceId })).toMatchObject({ status: 'suspended', suspendedAt: expect.any(String) });
  });

  test('leaves nothing to do but to restore, look and note', async () => {
    const { deviceId } = await enrol('one');
    const group = await api.groups.create({ name: 'G', kind: 'system-devices' });
    await api.devices.remove({ deviceIds: [deviceId] });
    const deviceIds = [deviceId];
    const refused = [
      () => api.devices.update({ deviceId, description: 'x' }),
      () => api.devices.move({ deviceIds, profileId: b }),
      () => api.devices.tag({ deviceIds, add: ['x'] }),
      () => api.devices.favourite({ deviceIds, favourite: true }),
      () => api.devices.remove({ deviceIds }),
      () => api.devices.requestAudit({ deviceIds }),
      () => api.groups.addDevices({ groupId: group.id, deviceIds }),
      () => api.groups.removeDevices({ groupId: group.id, deviceIds }),
    ];
    for (const call of refused) await expect(call()).rejects.toMatchObject({ code: 'DEVICE_SUSPENDED' });
    await api.notes.add({ deviceId, text: 'stolen' });
    expect((await api.notes.list({ deviceId })).items).toMatchObject([{ text: 'stolen' }]);
  });

  test('is undone by restoring, groups included, and the order to uninstall is taken back', async () => {
    const agent = await enrol('one');
    const deviceIds = [agent.deviceId];
    const group = await api.groups.create({ name: 'G', kind: 'system-devices' });
    await api.groups.addDevices({ groupId: group.id, deviceIds });
    await api.devices.remove({ deviceIds });
    expect(await api.groups.members({ groupId: group.id })).toEqual({ ids: [] });
    const events = await eventsDuring(['device.restored'], async () => {
      expect(await api.devices.restore({ deviceIds })).toEqual({ restored: 1 });
      expect(await api.devices.restore({ deviceIds })).toEqual({ restored: 0 });
    });
    expect(events).toHaveLength(1);
    expect(await agent.pull()).toEqual([]);
    expect(await hostnames({ groupId: group.id })).toEqual(['one']);
    expect((await api.devices.get({ deviceId: agent.deviceId })).suspendedAt).toBeNull();
  });
});

describe('audits', () => {
  test('are asked for once, until the agent has taken the order', async () => {
    const agent = await enrol('one');
    const deviceIds = [agent.deviceId];
    expect(await api.devices.requestAudit({ deviceIds })).toEqual({ requested: 1 });
    await api.devices.requestAudit({ deviceIds });
    const orders = await agent.pull();
    expect(orders.map(({ body }) => body.kind)).toEqual(['audit.run']);
    await agent.accept(orders.map(({ id }) => id));
    await api.devices.requestAudit({ deviceIds });
    expect(await agent.pull()).toHaveLength(1);
  });
});

describe('notes', () => {
  test('have an author and a time, and go one by one', async () => {
    const { deviceId } = await enrol('one');
    const other = await enrol('two');
    const first = await api.notes.add({ deviceId, text: 'Line 1\nLine 2' });
    expect(first).toEqual({
      id: first.id,
      deviceId,
      author: 'test',
      createdAt: '2026-01-15T09:00:00.000Z',
      text: 'Line 1\nLine 2',
    });
    const second = await api.notes.add({ deviceId, text: 'later' });
    expect((await api.notes.list({ deviceId })).items).toEqual([second, first]);
    const elsewhere = api.notes.remove({ deviceId: other.deviceId, noteId: first.id });
    await expect(elsewhere).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await api.notes.remove({ deviceId, noteId: first.id });
    expect((await api.notes.list({ deviceId })).items).toEqual([second]);
    await expect(api.notes.add({ deviceId, text: '  ' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
