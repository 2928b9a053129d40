import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RoleVisibility } from '../access/access-contract.js';
import type { RmmApi } from '../core-api.js';
import type { UserActor } from '../port/actor.js';
import { makeUser } from '../test-support/furnished-system.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { DEFAULT_FILTERS } from './default-filters.js';
import type { FilterReason } from './filter-contract.js';
import type { FilterNode } from './filter-node.js';

const ALL: FilterNode = { all: [] };
const NOTHING = { profiles: [], groups: [], filters: [] };
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let a: string;
let b: string;
let device: string;
beforeAll(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  host = await server.system();
  api = server.rmm.as(host);
  a = (await api.profiles.create({ name: 'A' })).id;
  b = (await api.profiles.create({ name: 'B' })).id;
  const agent = await TestAgent.enrol(server.rmm, host, { profileId: a, hostname: 'pc-1' });
  await agent.audit();
  device = agent.deviceId;
});

async function clerk(name: string, visibility?: RoleVisibility) {
  const actor: UserActor = await makeUser({ host, api }, name, 'manage', visibility);
  const roleId = (await api.users.list()).items.find(({ id }) => id === actor.userId)?.roleId ?? '';
  return { actor, roleId, api: server.rmm.as(actor) };
}
const onlyA = (): RoleVisibility => ({ include: { ...NOTHING, profiles: [a] }, exclude: NOTHING });

describe('who may view filters and not devices', () => {
  test('is not told which filters hold a device, nor which device enters one', async () => {
    const { id: filterId } = await api.filters.create({ name: 'F', filter: { any: [] } });
    const heard = async (devices: 'disabled' | 'view') => {
      const clerk = server.rmm.as(await makeUser({ host, api }, devices, { filters: 'view', devices }));
      const stream = clerk.events.subscribe({ names: ['filter.*'] });
      const names: string[] = [];
      void (async () => {
        for await (const { name } of stream) names.push(name);
      })().catch(() => undefined);
      await api.filters.update({ filterId, filter: { any: [] } });
      await api.filters.update({ filterId, filter: ALL });
      await expect.poll(() => names.filter((name) => name === 'filter.changed').length).toBe(2);
      return { holding: clerk.filters.list({ deviceId: device }), names: new Set(names) };
    };
    const viewer = await heard('view');
    expect((await viewer.holding).items.map(({ id }) => id)).toContain(filterId);
    expect(viewer.names).toContain('filter.membership');
    const other = await heard('disabled');
    await expect(other.holding).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(other.names).toEqual(new Set(['filter.changed']));
  });

  test('hears how many devices fit, and neither which nor what is on them', async () => {
    const { hostname } = await api.devices.get({ deviceId: device });
    const filter: FilterNode = { field: 'device.hostname', condition: 'equals', term: hostname };
    for (const [devices, shows] of [
      ['disabled', false],
      ['view', true],
    ] as const) {
      const actor = await makeUser({ host, api }, devices, { filters: 'view', devices });
      const clerk = server.rmm.as(actor);
      const sample = shows ? [{ id: device, hostname, profileName: 'A' }] : [];
      expect(await clerk.filters.evaluate({ filter })).toMatchObject({ count: 1, total: 1, sample: [...sample] });
      const explained = clerk.filters.explain({ deviceId: device, filter });
      if (shows) expect(await explained).toMatchObject({ holds: true, reason: { kind: 'all' } });
      else {
        await expect(explained).rejects.toMatchObject({
          code: 'FORBIDDEN',
          message: expect.stringContaining('to view “devices”'),
        });
      }
    }
  });
});

describe('a filter for some roles', () => {
  test('is seen and used by their holders, accountadmins and the host, and is nowhere for others', async () => {
    const [one, two] = [await clerk('one'), await clerk('two')];
    const { id: filterId } = await api.filters.create({ name: 'F', filter: ALL, visibleTo: [one.roleId] });
    expect(await one.api.filters.get({ filterId })).toMatchObject({ visibleTo: [one.roleId], devices: 1 });
    expect((await one.api.filters.list()).items.map(({ id }) => id)).toContain(filterId);
    expect((await two.api.filters.list()).items.map(({ id }) => id)).not.toContain(filterId);
    const script = { language: 'shell', text: ':' } as const;
    const uses = [
      () => two.api.filters.get({ filterId }),
      () => two.api.filters.update({ filterId, name: 'Mine' }),
      () => two.api.filters.remove({ filterId }),
      () => two.api.filters.explain({ filterId, deviceId: device }),
      () => two.api.devices.list({ filterId }),
      () => two.api.devices.export({ filterId }),
      () => two.api.jobs.run({ filterId, script }),
    ];
    for (const use of uses) await expect(use()).rejects.toMatchObject({ code: 'NOT_FOUND', details: { id: filterId } });
    expect((await one.api.devices.list({ filterId })).total).toBe(1);
    expect((await api.devices.list({ filterId })).total).toBe(1);
    await one.api.filters.update({ filterId, visibleTo: null });
    expect((await two.api.devices.list({ filterId })).total).toBe(1);
  });

  test('names roles that exist, and of those who make it their own', async () => {
    const one = await clerk('one');
    const create = (visibleTo: string[], by = api) => by.filters.create({ name: 'F', filter: ALL, visibleTo });
    await expect(create(['nobody'])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(create([], one.api)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect((await create([])).visibleTo).toEqual([]);
  });

  test('loses a role that is deleted, and does not come to be seen by all', async () => {
    const [one, two] = [await clerk('one'), await clerk('two')];
    const { id: filterId } = await api.filters.create({ name: 'F', filter: ALL, visibleTo: [one.roleId] });
    await api.roles.remove({ roleId: one.roleId, reassignTo: two.roleId });
    expect((await api.filters.get({ filterId })).visibleTo).toEqual([]);
    await expect(two.api.filters.get({ filterId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('who does not see every device counts those they see, and changes no filter that reaches further', async () => {
  await TestAgent.enrol(server.rmm, host, { profileId: b, hostname: 'pc-2' });
  const one = await clerk('one', onlyA());
  const { id: filterId } = await api.filters.create({ name: 'F', filter: ALL });
  const inB = await api.filters.create({ name: 'B', filter: ALL, profileId: b });
  expect((await api.filters.get({ filterId })).devices).toBe(2);
  expect((await one.api.filters.get({ filterId })).devices).toBe(1);
  expect(await one.api.filters.evaluate({ filter: ALL })).toMatchObject({ count: 1, total: 1 });
  for (const call of [
    () => one.api.filters.create({ name: 'G', filter: ALL }),
    () => one.api.filters.update({ filterId, name: 'G' }),
    () => one.api.filters.remove({ filterId }),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  await expect(one.api.filters.get({ filterId: inB.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const own = await one.api.filters.create({ name: 'Own', filter: ALL, profileId: a });
  expect(await one.api.filters.update({ filterId: own.id, filter: { any: [] } })).toMatchObject({ devices: 0 });
  await one.api.filters.remove({ filterId: own.id });
});

test('filters of all places are those of the Profiles that one sees, with the devices that one sees', async () => {
  await TestAgent.enrol(server.rmm, host, { profileId: b, hostname: 'pc-2' });
  const one = await clerk('one', onlyA());
  const create = (name: string, place = {}) => api.filters.create({ name, filter: ALL, ...place });
  await create('System');
  await create('In A', { profileId: a });
  await create('In B', { profileId: b });
  await create('Hidden in A', { profileId: a, visibleTo: [] });
  const listed = async (by: RmmApi, input = {}) =>
    (await by.filters.list(input)).items
      .filter(({ builtIn }) => !builtIn)
      .map(({ name, profileId, devices }) => [name, profileId, devices]);
  const everywhere = { everywhere: true };
  expect(await listed(api)).toEqual([['System', null, 2]]);
  expect(await listed(api, everywhere)).toEqual([
    ['Hidden in A', a, 1],
    ['In A', a, 1],
    ['In B', b, 1],
    ['System', null, 2],
  ]);
  expect(await listed(one.api, everywhere)).toEqual([
    ['In A', a, 1],
    ['System', null, 1],
  ]);
  const defaults = (await api.filters.list(everywhere)).items.filter(({ builtIn }) => builtIn);
  expect(defaults).toHaveLength(DEFAULT_FILTERS.length);
  const both = api.filters.list({ everywhere: true, profileId: a });
  await expect(both).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('profileId') });
});

test('a filter or group that a role or policy counts on is not deleted, and they are named', async () => {
  const { id: filterId } = await api.filters.create({ name: 'F', filter: ALL });
  const { id: groupId } = await api.groups.create({ name: 'G', kind: 'system-devices' });
  const exclude = { ...NOTHING, filters: [filterId], groups: [groupId] };
  const role = await api.roles.create({ name: 'Clerks', visibility: { include: null, exclude } });
  const removals = [() => api.filters.remove({ filterId }), () => api.groups.remove({ groupId })];
  for (const remove of removals) {
    const message = expect.stringContaining('the role “Clerks”');
    await expect(remove()).rejects.toMatchObject({ code: 'IN_USE', message });
  }
  const [type] = (await api.policies.types()).items;
  const targets = [
    { kind: 'filter', id: filterId },
    { kind: 'group', id: groupId },
  ] as const;
  const policy = await api.policies.create({
    name: 'P',
    type: type?.name ?? '',
    level: 'system',
    targets: [...targets],
  });
  await api.roles.update({ roleId: role.id, visibility: { include: null, exclude: NOTHING } });
  for (const remove of removals) {
    await expect(remove()).rejects.toMatchObject({ code: 'IN_USE', message: expect.stringContaining('“P”') });
  }
  await api.policies.remove({ policyId: policy.id });
  for (const remove of removals) await remove();
});

describe('an explanation', () => {
  const texts = (reason: FilterReason): unknown[] => [
    reason.holds,
    reason.text,
    ...(reason.seen.length > 0 ? [reason.seen] : []),
    ...reason.parts.map(texts),
  ];

  test('says in words what each part asked and saw', async () => {
    await api.devices.tag({ deviceIds: [device], add: ['till'] });
    await api.devices.favourite({ deviceIds: [device], favourite: true });
    const filter: FilterNode = {
      all: [
        { field: 'os.name', condition: 'contains', term: 'debian' },
        { field: 'hardware.memoryGb', condition: '<', term: 4 },
        { any: [{ field: 'device.favourite', condition: 'isTrue' }] },
        { none: [{ field: 'device.tags', condition: 'empty' }] },
        { field: 'bios.releasedAt', condition: 'olderThanDays', term: 30 },
        { field: 'device.description', condition: 'notEmpty' },
        {
          some: 'software',
          all: [
            { field: 'software.name', condition: 'equals', term: 'openssl' },
            { field: 'software.version', condition: 'versionBelow', term: '3.0.16' },
          ],
        },
      ],
    };
    const { holds, reason } = await api.filters.explain({ deviceId: device, filter });
    expect(holds).toBe(false);
    expect(texts(reason)).toEqual([
      false,
      'All of',
      [true, 'Device is not suspended', ['Not suspended']],
      [
        false,
        'All of',
        [true, 'Operating system contains “debian”', ['Debian GNU/Linux']],
        [false, 'Memory is less than 4 GB', ['8 GB']],
        [true, 'Any of', [true, 'Favourite is yes', ['Yes']]],
        [true, 'None of', [false, 'Tag is empty', ['till']]],
        [true, 'BIOS release date is at least as old as 30 days', ['2024-05-01T00:00:00.000Z']],
        [false, 'Description is not empty'],
        [
          true,
          'One and the same Software package / Software version: all of',
          ['Software package: openssl, Software version: 3.0.15-1~deb12u1', 'and 1 more'],
          [true, 'Software package is “openssl”', ['openssl']],
          [true, 'Software version is a version below 3.0.16', ['3.0.15-1~deb12u1']],
        ],
      ],
    ]);
    const one = await clerk('one');
    const other = await one.api.filters.explain({ deviceId: device, filter: filter.all[2] ?? ALL });
    expect(other.holds).toBe(false);
  });

  test('says what confines a filter, and names no Profile that one does not see', async () => {
    const scoped = await api.filters.create({ name: 'S', filter: ALL, scope: [a, b] });
    const inB = await api.filters.create({ name: 'B', filter: ALL, profileId: b });
    const parts = async (filterId: string, by = api) =>
      (await by.filters.explain({ filterId, deviceId: device })).reason.parts.map(texts);
    expect((await parts(scoped.id))[0]).toEqual([true, 'Profile is one of “A”, “B”', ['A']]);
    expect((await parts(inB.id))[0]).toEqual([false, 'Profile is “B”', ['A']]);
    const one = await clerk('one', onlyA());
    expect((await parts(scoped.id, one.api))[0]).toEqual([true, 'Profile is one of “A”, 1 more', ['A']]);
    await api.devices.remove({ deviceIds: [device] });
    expect((await parts('default-all'))[0]).toEqual([false, 'Device is not suspended', ['Suspended']]);
    expect(await api.filters.explain({ filterId: 'default-suspended', deviceId: device })).toMatchObject({
      holds: true,
    });
  });

  test('goes by what will confine a filter that is not stored', async () => {
    const parts = async (within: { profileId?: string; scope?: string[] | null }) => {
      const { holds, reason } = await api.filters.explain({ deviceId: device, filter: ALL, ...within });
      return [holds, ...reason.parts.slice(0, 1).map(texts)];
    };
    expect(await parts({ profileId: b })).toEqual([false, [false, 'Profile is “B”', ['A']]]);
    expect(await parts({ scope: [a, b] })).toEqual([true, [true, 'Profile is one of “A”, “B”', ['A']]]);
    expect(await parts({ scope: [] })).toEqual([
      false,
      [false, 'Profile is one of those of the filter, of which there is none', ['A']],
    ]);
    expect(await parts({ scope: null })).toEqual([true, [true, 'Device is not suspended', ['Not suspended']]]);
  });

  test('needs one filter, and a device that one sees', async () => {
    for (const wrong of [
      { deviceId: device },
      { deviceId: device, filter: ALL, filterId: 'default-all' },
      { deviceId: device, filterId: 'default-all', profileId: a },
      { deviceId: device, filter: ALL, profileId: a, scope: [a] },
    ]) {
      await expect(api.filters.explain(wrong)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    const other = await TestAgent.enrol(server.rmm, host, { profileId: b, hostname: 'pc-2' });
    const one = await clerk('one', onlyA());
    const hidden = one.api.filters.explain({ deviceId: other.deviceId, filter: ALL });
    await expect(hidden).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('agrees with the list, whatever the filter and the device', async () => {
    await api.devices.remove({
      deviceIds: [(await TestAgent.enrol(server.rmm, host, { profileId: b, hostname: 'gone' })).deviceId],
    });
    await TestAgent.enrol(server.rmm, host, { profileId: b, hostname: 'bare' });
    const ids = [true, false].map((suspended) => api.devices.list({ suspended }));
    const devices = (await Promise.all(ids)).flatMap(({ items }) => items.map(({ id }) => id));
    const filters = DEFAULT_FILTERS.map(({ filter }) => filter);
    const node = fc.oneof(
      fc.constantFrom(...filters),
      fc
        .tuple(fc.constantFrom(...filters), fc.constantFrom(...filters))
        .map(([x, y]): FilterNode => ({ none: [x, { any: [y] }] })),
    );
    const scope = fc.constantFrom<string[] | null>(null, [a], [b], [a, b]);
    await fc.assert(
      fc.asyncProperty(node, scope, fc.constantFrom(...devices), async (filter, profiles, deviceId) => {
        const { id: filterId } = await api.filters.create({ name: 'F', filter, scope: profiles });
        const { items } = await api.devices.list({ filterId });
        const { holds, reason } = await api.filters.explain({ filterId, deviceId });
        await api.filters.remove({ filterId });
        expect([holds, reason.holds]).toEqual(Array(2).fill(items.some(({ id }) => id === deviceId)));
      }),
      { numRuns: 40 },
    );
  });
});
