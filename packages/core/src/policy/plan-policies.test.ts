import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { Data } from '../data/data.js';
import type { Storage } from '../storage/storage.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { type PolicyRow, policyModel } from './policy-models.js';

type Change = Parameters<RmmApi['policies']['plan']>[0]['change'];

let storage: Storage;
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let north: string;
let south: string;
let one: string;
let policyId: string;
let filterId: string;
let groupId: string;

beforeAll(async () => {
  storage = sqliteStorage({ memory: true });
  server = await testRmm({ storage });
  host = await server.system();
  api = server.rmm.as(host);
  north = (await api.profiles.create({ name: 'North' })).id;
  south = (await api.profiles.create({ name: 'South' })).id;
  const enrol = async (hostname: string, profileId: string) =>
    (await TestAgent.enrol(server.rmm, host, { profileId, hostname })).deviceId;
  one = await enrol('one', north);
  await enrol('two', south);
  await api.devices.tag({ deviceIds: [one], add: ['vip'] });
  const filter = { all: [{ field: 'device.tags', condition: 'equals', term: 'vip' }] } as const;
  filterId = (await api.filters.create({ name: 'VIP', filter })).id;
  groupId = (await api.groups.create({ name: 'Some', kind: 'system-devices' })).id;
  const targets = [
    { kind: 'filter' as const, id: filterId },
    { kind: 'group' as const, id: groupId },
  ];
  const settings = { privacyMode: true };
  policyId = (await api.policies.create({ name: 'Quiet', type: 'agent', level: 'system', settings, targets })).id;
  await api.policies.push();
  await api.policies.create({
    name: 'Own',
    type: 'power',
    level: 'profile',
    profileId: south,
    settings: { plan: 'balanced' },
    targets: [{ kind: 'filter', id: 'default-all' }],
  });
});
afterAll(() => server.rmm.stop());

/** Who would change, and how, in short. */
async function plan(change: Change) {
  const { devices, changes, items } = await api.policies.plan({ change });
  return {
    devices,
    items: items.map(({ hostname }) => hostname),
    settings: changes.flatMap(({ settings }) =>
      settings.map(({ field, before, after, beforeFrom, afterFrom }) => ({
        field,
        before,
        after,
        beforeFrom,
        afterFrom,
      })),
    ),
  };
}

const gained = (field: string, after: unknown, from: string) => ({
  field,
  before: undefined,
  after,
  beforeFrom: [],
  afterFrom: [from],
});

describe('a plan shows what would change on which devices', () => {
  test('of saving and pushing a policy, a new one or an old one', async () => {
    const settings = { privacyMode: false };
    expect(await plan({ kind: 'save', policyId, settings })).toEqual({
      devices: 1,
      items: ['one'],
      settings: [{ field: 'privacyMode', before: true, after: false, beforeFrom: ['Quiet'], afterFrom: ['Quiet'] }],
    });
    const targets = [{ kind: 'filter' as const, id: 'default-all' }];
    const fresh = { type: 'agent', level: 'system', settings: { serviceOnly: true }, targets } as const;
    expect(await plan({ kind: 'save', ...fresh })).toMatchObject({ devices: 2, items: ['one', 'two'] });
  });

  test('of a push, a removal, and turning off', async () => {
    expect(await plan({ kind: 'push' })).toEqual({
      devices: 1,
      items: ['two'],
      settings: [gained('plan', 'balanced', 'Own')],
    });
    const lost = [{ field: 'privacyMode', before: true, after: undefined, beforeFrom: ['Quiet'], afterFrom: [] }];
    expect(await plan({ kind: 'remove', policyId })).toEqual({ devices: 1, items: ['one'], settings: lost });
    expect(await plan({ kind: 'switch', policyId, profileId: north, enabled: false })).toMatchObject({
      settings: lost,
    });
    expect(await plan({ kind: 'switch', policyId, profileId: south, enabled: false })).toMatchObject({ devices: 0 });
  });

  test('of another filter, other members of a group, and a move', async () => {
    const two = (await api.devices.list({ search: 'two' })).items[0]?.id ?? '';
    const quiet = { items: ['two'], settings: [gained('privacyMode', true, 'Quiet')] };
    expect(await plan({ kind: 'filter', filterId, filter: { all: [] } })).toMatchObject(quiet);
    expect(await plan({ kind: 'group', groupId, add: [two] })).toMatchObject(quiet);
    expect(await plan({ kind: 'move', deviceIds: [one], profileId: south })).toMatchObject({ devices: 0 });
  });

  test('and changes nothing', async () => {
    expect(await api.policies.get({ policyId })).toMatchObject({ settings: { privacyMode: true }, state: 'deployed' });
    expect((await api.filters.get({ filterId })).devices).toBe(1);
  });
});

test('a policy of a type that is not there any more can be planned as it can be saved', async () => {
  const data = new Data(storage, host.systemId);
  const row = await data.one(policyModel, { id: policyId });
  await data.insert(policyModel, { ...(row as PolicyRow), id: 'orphan', name: 'Orphan', type: 'browser' });
  const saved = await api.policies.update({ policyId: 'orphan', enabled: false });
  expect(saved.enabled).toBe(false);
  expect(await plan({ kind: 'save', policyId: 'orphan', enabled: true })).toMatchObject({ devices: 0 });
  await expect(plan({ kind: 'save', policyId: 'orphan', settings: {} })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/no policy type "browser"/),
  });
  await api.policies.remove({ policyId: 'orphan' });
});

test('a plan is refused for what could not be saved', async () => {
  const wrong: [Change, RegExp][] = [
    [{ kind: 'save', policyId, settings: { quiet: true } }, /settings\.quiet is not known/],
    [{ kind: 'save', type: 'agent', level: 'profile' }, /profileId is needed/],
    [{ kind: 'save', policyId, level: 'system' }, /does not exist yet/],
    [{ kind: 'save', type: 'nonsense', level: 'system' }, /no policy type "nonsense"/],
    [{ kind: 'save', type: 'windows-update', level: 'device', deviceId: one }, /levels system, profile/],
    [
      { kind: 'save', type: 'agent', level: 'device', deviceId: one, targets: [{ kind: 'group', id: groupId }] },
      /no targets/,
    ],
  ];
  for (const [change, message] of wrong) {
    await expect(api.policies.plan({ change })).rejects.toEqual(
      expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(message) }),
    );
  }
});
