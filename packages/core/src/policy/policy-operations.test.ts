import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { makeUser } from '../test-support/furnished-system.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let profileId: string;
let filterId: string;

beforeEach(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  host = await server.system();
  api = server.rmm.as(host);
  profileId = (await api.profiles.create({ name: 'North' })).id;
  filterId = (await api.filters.create({ name: 'Everything', filter: { all: [] } })).id;
});
afterEach(() => server.rmm.stop());

const enrol = (hostname: string, profile = profileId) =>
  TestAgent.enrol(server.rmm, host, { profileId: profile, hostname });
/** An object in an object, so many times. */
const nested = (levels: number): object => (levels === 0 ? {} : { inner: nested(levels - 1) });
const refused = (code: string, message?: RegExp) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringMatching(message) }) });

describe('a policy', () => {
  test('is made at the System, shows its targets by name and the devices in them, and changes', async () => {
    await enrol('one');
    await enrol('two');
    const made = await api.policies.create({
      name: ' Quiet ',
      type: 'agent',
      level: 'system',
      settings: { privacyMode: true },
      targets: [{ kind: 'filter', id: filterId }],
    });
    expect(made).toMatchObject({
      name: 'Quiet',
      state: 'draft',
      devices: 2,
      targets: [{ kind: 'filter', id: filterId, name: 'Everything' }],
      profileId: null,
      deviceId: null,
      disabledIn: [],
    });
    const changed = await api.policies.update({ policyId: made.id, name: 'Loud', settings: {}, order: 5 });
    expect(changed).toMatchObject({ name: 'Loud', settings: {}, order: 5, enforced: false });
    expect(await api.policies.get({ policyId: made.id })).toEqual(changed);
    await api.policies.remove({ policyId: made.id });
    await expect(api.policies.get({ policyId: made.id })).rejects.toEqual(refused('NOT_FOUND'));
  });

  test('is listed where it can hold: at the System, in a Profile, on a device', async () => {
    const { deviceId } = await enrol('one');
    const other = (await api.profiles.create({ name: 'South' })).id;
    const make = (name: string, place: object) =>
      api.policies.create({ name, type: 'power', level: 'system', ...place });
    await make('of the System', {});
    await make('of North', { level: 'profile', profileId });
    await make('of South', { level: 'profile', profileId: other });
    await make('of one', { level: 'device', deviceId });
    const names = async (input: object) => (await api.policies.list(input)).items.map(({ name }) => name);
    expect(await names({})).toEqual(['of the System']);
    expect(await names({ profileId })).toEqual(['of North', 'of the System']);
    expect(await names({ deviceId })).toEqual(['of one']);
    expect(await names({ type: 'agent' })).toEqual([]);
  });

  test('starts as a copy of another one, with the targets that fit', async () => {
    const groupId = (await api.groups.create({ name: 'VIP', kind: 'system-devices' })).id;
    const targets = [
      { kind: 'filter', id: 'default-online' },
      { kind: 'group', id: groupId },
    ] as const;
    const model = await api.policies.create({
      name: 'Model',
      type: 'power',
      level: 'system',
      settings: { plan: 'balanced' },
      targets: [...targets],
      enforced: true,
    });
    const copy = await api.policies.create({ name: 'Copy', level: 'profile', profileId, copyOf: model.id });
    expect(copy).toMatchObject({
      type: 'power',
      settings: { plan: 'balanced' },
      enforced: true,
      state: 'draft',
      targets: [{ id: 'default-online', name: 'Online' }],
    });
    await expect(
      api.policies.create({ name: 'Other', type: 'agent', level: 'system', copyOf: model.id }),
    ).rejects.toEqual(refused('INVALID_INPUT', /type: .* power/));
  });

  test('has a name of its own in its place', async () => {
    const make = (place: object) => api.policies.create({ name: 'Same', type: 'power', level: 'system', ...place });
    await make({});
    await make({ level: 'profile', profileId });
    await expect(make({})).rejects.toEqual(refused('CONFLICT', /policy named "Same"/));
  });

  test('keeps its filters and groups from being removed, and goes with its Profile', async () => {
    const targets = [{ kind: 'filter' as const, id: filterId }];
    const ofSystem = await api.policies.create({ name: 'Uses', type: 'power', level: 'system', targets });
    await expect(api.filters.remove({ filterId })).rejects.toEqual(refused('IN_USE', /the policy “Uses”/));
    const own = await api.policies.create({ name: 'Own', type: 'power', level: 'profile', profileId });
    await api.policies.switch({ policyId: ofSystem.id, profileId, enabled: false });
    await api.profiles.remove({ profileId });
    await expect(api.policies.get({ policyId: own.id })).rejects.toEqual(refused('NOT_FOUND'));
    expect((await api.policies.get({ policyId: ofSystem.id })).disabledIn).toEqual([]);
  });
});

describe('refuses', () => {
  const create = (input: object) =>
    api.policies.create({ name: 'x', type: 'agent', level: 'system', ...input } as Parameters<
      RmmApi['policies']['create']
    >[0]);

  test('settings that do not fit the type, naming each field', async () => {
    const monitor = { id: 'm', kind: 'cpu', name: 'CPU', details: {}, alert: { priority: 'high' } };
    const monitors = [monitor, { ...monitor, id: 'n' }, { ...monitor, id: 'o', alert: { priority: 'urgent' } }];
    await expect(create({ type: 'monitoring', settings: { monitors } })).rejects.toEqual(
      refused('INVALID_INPUT', /^Monitoring: settings\.monitors\[2\]\.alert\.priority must be one of critical, high/),
    );
    await expect(create({ settings: { privacy: true } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: '/settings/privacy', message: 'is not known here; remove it' }] },
    });
    await expect(create({ type: 'monitoring', settings: { monitors: [monitor, monitor] } })).rejects.toEqual(
      refused('INVALID_INPUT', /settings\.monitors\[1\]\.id is the same as that of monitors\[0\]/),
    );
    const lines = [{ field: 'title', condition: 'moreThan', term: 'x' }];
    await expect(create({ type: 'patch-management', settings: { criteria: { match: 'all', lines } } })).rejects.toEqual(
      refused('INVALID_INPUT', /settings\.criteria\.lines\[0\]\.condition must be one of contains/),
    );
    const { id } = await create({ settings: { privacyMode: true } });
    await expect(api.policies.update({ policyId: id, settings: { privacyMode: 1 } })).rejects.toEqual(
      refused('INVALID_INPUT', /settings\.privacyMode must be boolean/),
    );
  });

  test('settings that are too deep or too large to travel, before they are looked at any closer', async () => {
    const monitor = (details: unknown) => ({ id: 'm', kind: 'cpu', name: 'CPU', details, alert: { priority: 'high' } });
    const monitors = (details: unknown) => ({ type: 'monitoring', settings: { monitors: [monitor(details)] } });
    await expect(create(monitors(nested(30)))).rejects.toEqual(
      refused('INVALID_INPUT', /^Monitoring: settings must not be nested more than 32 deep$/),
    );
    await expect(create(monitors({ text: 'x'.repeat(600 * 1024) }))).rejects.toEqual(
      refused('INVALID_INPUT', /^Monitoring: settings must be at most 512 KiB as JSON, and are 601 KiB; shorten/),
    );
    const many = Array.from({ length: 30_000 }, (_, at) => ({ id: `m${at % 20_000}` }));
    const change = { kind: 'save', type: 'monitoring', level: 'system', settings: { monitors: many } } as const;
    const viewer = server.rmm.as(await makeUser({ host, api }, 'viewer', { policies: 'view' }));
    const fault = await viewer.policies.plan({ change }).catch((error: unknown) => error);
    expect(fault).toEqual(refused('INVALID_INPUT', /; and \d+ more$/));
    expect((fault as { details: { issues: unknown[] } }).details.issues).toHaveLength(100);
  });

  test('places and types that do not go together', async () => {
    const { deviceId } = await enrol('one');
    await expect(create({ level: 'profile' })).rejects.toEqual(refused('INVALID_INPUT', /profileId is needed/));
    await expect(create({ deviceId })).rejects.toEqual(refused('INVALID_INPUT', /deviceId is needed/));
    await expect(create({ type: 'windows-update', level: 'device', deviceId })).rejects.toEqual(
      refused('INVALID_INPUT', /levels system, profile, not device/),
    );
    await expect(create({ type: 'nonsense' })).rejects.toEqual(refused('INVALID_INPUT', /no policy type "nonsense"/));
    await api.devices.remove({ deviceIds: [deviceId] });
    await expect(create({ level: 'device', deviceId })).rejects.toEqual(refused('DEVICE_SUSPENDED'));
  });

  test('targets that do not fit the level', async () => {
    const { deviceId } = await enrol('one');
    const south = (await api.profiles.create({ name: 'South' })).id;
    const ofNorth = (await api.filters.create({ name: 'Own', profileId, filter: { all: [] } })).id;
    const groupOfNorth = (await api.groups.create({ name: 'Own', kind: 'profile-devices', profileId })).id;
    const favourites = { all: [{ field: 'device.favourite', condition: 'isTrue' }] } as const;
    const mine = (await api.filters.create({ name: 'Mine', filter: favourites })).id;
    const cases: [object, { kind: string; id: string }, RegExp][] = [
      [{}, { kind: 'filter', id: ofNorth }, /targets\[0\]: the filter “Own” belongs to a Profile/],
      [{}, { kind: 'group', id: groupOfNorth }, /targets\[0\]: the group “Own” belongs to a Profile/],
      [{}, { kind: 'filter', id: mine }, /favourites/],
      [{}, { kind: 'filter', id: 'default-favourites' }, /favourites/],
      [{ level: 'profile', profileId }, { kind: 'filter', id: filterId }, /does not belong to the Profile/],
      [{ level: 'profile', profileId: south }, { kind: 'filter', id: ofNorth }, /does not belong to the Profile/],
      [{ level: 'device', deviceId }, { kind: 'filter', id: filterId }, /has no targets/],
    ];
    for (const [place, target, message] of cases) {
      await expect(create({ ...place, targets: [target] })).rejects.toEqual(refused('INVALID_INPUT', message));
    }
    await expect(create({ targets: [{ kind: 'group', id: 'nothing' }] })).rejects.toEqual(refused('NOT_FOUND'));
    await create({
      level: 'profile',
      profileId,
      targets: [
        { kind: 'filter', id: ofNorth },
        { kind: 'group', id: groupOfNorth },
      ],
    });
  });

  test('to be turned off where it cannot hold', async () => {
    const { deviceId } = await enrol('one');
    const south = (await api.profiles.create({ name: 'South' })).id;
    const own = await create({ level: 'profile', profileId });
    const single = await create({ level: 'device', deviceId });
    await expect(api.policies.switch({ policyId: own.id, profileId: south, enabled: false })).rejects.toEqual(
      refused('INVALID_INPUT', /another Profile/),
    );
    await expect(api.policies.switch({ policyId: single.id, profileId, enabled: false })).rejects.toEqual(
      refused('INVALID_INPUT', /one device/),
    );
  });

  test('those who may not manage what holds in all Profiles', async () => {
    const user = await makeUser({ host, api }, 'local', { policies: 'manage', profiles: 'manage' });
    const local = server.rmm.as(user);
    const policy = await create({});
    for (const attempt of [
      () => local.policies.create({ name: 'y', type: 'agent', level: 'system' }),
      () => local.policies.update({ policyId: policy.id, order: 1 }),
      () => local.policies.remove({ policyId: policy.id }),
      () => local.policies.push({ policyIds: [policy.id] }),
    ]) {
      await expect(attempt()).rejects.toEqual(refused('FORBIDDEN', /all Profiles/));
    }
    await local.policies.switch({ policyId: policy.id, profileId, enabled: false });
    const rule = await create({ name: 'Rule', enforced: true });
    const off = () => local.policies.switch({ policyId: rule.id, profileId, enabled: false });
    await expect(off()).rejects.toEqual(refused('FORBIDDEN', /all Profiles/));
    await api.policies.push({ policyIds: [rule.id] });
    await api.policies.update({ policyId: rule.id, enforced: false });
    await expect(off()).rejects.toEqual(refused('FORBIDDEN', /all Profiles/));
    await api.policies.switch({ policyId: rule.id, profileId, enabled: false });
    await local.policies.switch({ policyId: rule.id, profileId, enabled: true });
    await local.policies.create({ name: 'y', level: 'profile', profileId, copyOf: policy.id });
    expect(await local.policies.push()).toEqual({ policies: 1, devices: 0 });
    expect((await api.policies.get({ policyId: policy.id })).state).toBe('draft');
  });
});

test('the types of policies are told with their schemas', async () => {
  const { items } = await api.policies.types();
  expect(items.map(({ name }) => name)).toEqual(['agent', 'monitoring', 'patch-management', 'power', 'windows-update']);
  expect(items[1]).toMatchObject({ collected: ['monitors'], levels: ['system', 'profile', 'device'] });
  for (const { settings } of items) {
    const { properties } = settings as { properties: Record<string, { title?: string }> };
    for (const [field, { title }] of Object.entries(properties)) expect(title, field).toBeTruthy();
  }
});

test('filters that are not for a role to see are not named to it', async () => {
  const { deviceId } = await enrol('one');
  const hidden = await api.filters.create({ name: 'Of the board', filter: { all: [] }, visibleTo: [] });
  const policy = await api.policies.create({
    name: 'Quiet',
    type: 'agent',
    level: 'system',
    settings: { privacyMode: true },
    targets: [{ kind: 'filter', id: hidden.id }],
  });
  await api.policies.push();
  const user = server.rmm.as(await makeUser({ host, api }, 'Ann', 'view'));
  expect((await user.policies.get({ policyId: policy.id })).targets[0]?.name).toBeNull();
  const told = await user.policies.explain({ deviceId });
  expect(told.policies[0]).toMatchObject({
    applies: true,
    reason: 'a filter that your role does not show holds the device',
    targets: [{ name: null }],
  });
  expect(JSON.stringify(told)).not.toContain('Of the board');
});

test('a copy takes over no target that its maker does not see', async () => {
  const hidden = await api.filters.create({ name: 'Of the board', filter: { all: [] }, visibleTo: [] });
  const targets = [hidden.id, filterId].map((id) => ({ kind: 'filter' as const, id }));
  const policy = await api.policies.create({ name: 'Quiet', type: 'agent', level: 'system', targets });
  const user = server.rmm.as(await makeUser({ host, api }, 'Ann', 'manage'));
  const copy = await user.policies.create({ name: 'Copy', level: 'system', copyOf: policy.id });
  expect(copy.targets.map(({ id }) => id)).toEqual([filterId]);
});
