import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CORE_CONTRACTS, type RmmApi } from '../core-api.js';
import type { HostActor } from '../port/actor.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

const FEATURES = [
  'system',
  'variables',
  'profiles',
  'enrolments',
  'devices',
  'notes',
  'groups',
  'fields',
  'filters',
] as const;
const FILTER = { all: [] };

/** One System with one of everything, and the ids of it. */
async function furnish(server: TestRmm, name: string) {
  const host = await server.system(name);
  const api = server.rmm.as(host);
  const profileId = (await api.profiles.create({ name: 'Profile' })).id;
  const { deviceId } = await TestAgent.enrol(server.rmm, host, { profileId, hostname: `device of ${name}` });
  const groupId = (await api.groups.create({ name: 'Group', kind: 'system-devices' })).id;
  const profileGroupId = (await api.groups.create({ name: 'Group', kind: 'system-profiles' })).id;
  const filterId = (await api.filters.create({ name: 'Filter', filter: FILTER })).id;
  await api.groups.addDevices({ groupId, deviceIds: [deviceId] });
  await api.groups.setProfiles({ groupId: profileGroupId, profileIds: [profileId] });
  await api.devices.tag({ deviceIds: [deviceId], add: [`tag-of-${name}`] });
  await api.variables.set({ name: 'V', value: `value of ${name}` });
  const noteId = (await api.notes.add({ deviceId, text: `note of ${name}` })).id;
  const enrolmentId = (await api.enrolments.create({ profileId })).id;
  return { host, api, ids: { profileId, deviceId, groupId, profileGroupId, filterId, noteId, enrolmentId } };
}

type Furnished = Awaited<ReturnType<typeof furnish>>;

/** All that can be seen of a System. */
async function seen({ api, ids: { profileId, deviceId, groupId } }: Furnished): Promise<unknown> {
  return {
    system: await api.system.get(),
    dashboard: await api.system.dashboard(),
    profiles: await api.profiles.list(),
    variables: await api.variables.list({ profileId }),
    enrolments: await api.enrolments.list({ profileId }),
    devices: await api.devices.list({}),
    suspended: await api.devices.list({ suspended: true }),
    tags: await api.devices.tags(),
    notes: await api.notes.list({ deviceId }),
    groups: [await api.groups.list(), await api.groups.list({ profileId }), await api.groups.members({ groupId })],
    filters: await api.filters.list(),
  };
}

/** An input that works, for each operation that takes ids; ids are filled in. */
function inputs({ profileId, deviceId, groupId, profileGroupId, filterId, noteId, enrolmentId }: Furnished['ids']) {
  const deviceIds = [deviceId];
  return {
    'system.dashboard': { profileId },
    'variables.list': { profileId },
    'variables.set': { name: 'X', value: 'x', profileId },
    'variables.remove': { name: 'V', profileId },
    'profiles.get': { profileId },
    'profiles.update': { profileId },
    'profiles.remove': { profileId },
    'enrolments.list': { profileId },
    'enrolments.create': { profileId },
    'enrolments.revoke': { profileId, enrolmentId },
    'devices.list': { profileId, groupId, filterId },
    'devices.export': { profileId, groupId, filterId },
    'devices.get': { deviceId },
    'devices.update': { deviceId },
    'devices.move': { deviceIds, profileId },
    'devices.tag': { deviceIds },
    'devices.favourite': { deviceIds, favourite: true },
    'devices.remove': { deviceIds },
    'devices.restore': { deviceIds },
    'devices.requestAudit': { deviceIds },
    'notes.list': { deviceId },
    'notes.add': { deviceId, text: 'x' },
    'notes.remove': { deviceId, noteId },
    'groups.list': { profileId },
    'groups.create': { name: 'X', kind: 'profile-devices', profileId },
    'groups.rename': { groupId, name: 'X' },
    'groups.remove': { groupId },
    'groups.members': { groupId },
    'groups.addDevices': { groupId, deviceIds },
    'groups.removeDevices': { groupId, deviceIds },
    'groups.importCsv': { groupId, csv: 'id\nx' },
    'groups.exportCsv': { groupId },
    'groups.setProfiles': { groupId: profileGroupId, profileIds: [profileId] },
    'filters.list': { profileId, deviceId },
    'filters.get': { filterId },
    'filters.create': { name: 'X', filter: FILTER, profileId, scope: [profileId] },
    'filters.update': { filterId, scope: [profileId] },
    'filters.remove': { filterId },
    'filters.evaluate': { filter: FILTER, profileId, scope: [profileId] },
    'filters.explain': { deviceId, filterId, profileId, scope: [profileId] },
  } satisfies Record<string, Record<string, unknown>>;
}

const ID_FIELD = /Ids?$|^scope$/;
const server = await testRmm({ storage: sqliteStorage({ memory: true }) });
let one: Furnished;
let two: Furnished;
let untouched: unknown;
beforeAll(async () => {
  one = await furnish(server, 'one');
  two = await furnish(server, 'two');
  untouched = await seen(two);
});
afterAll(() => server[Symbol.asyncDispose]());

const sample = inputs({
  profileId: '',
  deviceId: '',
  groupId: '',
  profileGroupId: '',
  filterId: '',
  noteId: '',
  enrolmentId: '',
});
const cases = Object.entries(sample).flatMap(([name, input]) =>
  Object.keys(input)
    .filter((field) => ID_FIELD.test(field))
    .map((field) => [name, field] as const),
);

describe('ids of another System are not found', () => {
  test.each(cases)('%s with a foreign %s', async (name, field) => {
    const own: Record<string, unknown> = { ...inputs(one.ids)[name as keyof typeof sample] };
    const foreign = (inputs(two.ids)[name as keyof typeof sample] as Record<string, unknown>)[field];
    const attempts = Array.isArray(foreign) ? [foreign, [...(own[field] as string[]), ...foreign]] : [foreign];
    for (const value of attempts) {
      const call = server.rmm.call(one.host satisfies HostActor, name, { ...own, [field]: value });
      await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('nor has any attempt changed anything there', async () => {
    expect(await seen(two)).toEqual(untouched);
  });

  test('the cases name every operation and every field that takes an id', () => {
    const expected = FEATURES.flatMap((feature) =>
      Object.entries(CORE_CONTRACTS[feature] as Record<string, { input: { properties: object } }>).flatMap(
        ([verb, { input }]) =>
          Object.keys(input.properties)
            .filter((field) => ID_FIELD.test(field))
            .map((field) => `${feature}.${verb} ${field}`),
      ),
    );
    expect(cases.map(([name, field]) => `${name} ${field}`).sort()).toEqual(expected.sort());
  });
});

test('each System sees its own and nothing else', async () => {
  const text = JSON.stringify(await seen(one));
  expect(text).toContain('device of one');
  for (const id of [...Object.values(two.ids), 'of two', 'tag-of-two']) expect(text).not.toContain(id);
});

test('events of one System do not name another', async () => {
  const told = new Set<string>();
  const stop = server.rmm.on('device.changed', ({ systemId }) => told.add(systemId));
  await one.api.devices.tag({ deviceIds: [one.ids.deviceId], add: ['fresh'] });
  stop();
  expect([...told]).toEqual([one.host.systemId]);
  const found = (api: RmmApi) => api.devices.list({ search: 'fresh' });
  expect([(await found(one.api)).total, (await found(two.api)).total]).toEqual([1, 0]);
});
