import { createHash } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { UserActor } from '../port/actor.js';
import { makeUser } from '../test-support/furnished-system.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import type { RoleVisibility } from './access-contract.js';
import type { PermissionSetting } from './access-models.js';

let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
/** Stands in the name of what is hidden, and in nothing else. */
const VEIL = 'zqx';

beforeEach(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  host = await server.system();
  api = server.rmm.as(host);
});
afterEach(() => server[Symbol.asyncDispose]());

type Level = PermissionSetting | Readonly<Record<string, PermissionSetting>>;
async function auditor(level: Level = 'view', visibility?: RoleVisibility): Promise<UserActor> {
  return makeUser({ host, api }, 'auditor', level, visibility);
}
const operations = async (actor: UserActor) =>
  (await server.rmm.as(actor).activity.list()).items.map(({ operation }) => operation);
const log = async (actor: UserActor) => JSON.stringify(await server.rmm.as(actor).activity.list());
const profile = async (name: string) => (await api.profiles.create({ name })).id;
const device = (profileId: string, hostname = 'pc') => TestAgent.enrol(server.rmm, host, { profileId, hostname });
const filter = { all: [] };

describe('entries about a filter that is not shown to everybody', () => {
  test('are seen by those who see the filter, however the entry names it', async () => {
    const user = await auditor();
    const own = (await api.roles.list()).items.find(({ name }) => name === 'Role of auditor')?.id ?? '';
    const { id: filterId } = await api.filters.create({ name: `${VEIL} 1`, filter, visibleTo: [] });
    await api.filters.update({ filterId, name: `${VEIL} 2` });
    const policy = { name: `${VEIL} policy`, type: 'power', level: 'system' } as const;
    const { id: policyId } = await api.policies.create({ ...policy, targets: [{ kind: 'filter', id: filterId }] });
    await api.policies.update({ policyId, targets: [{ kind: 'filter', id: filterId }], description: VEIL });
    expect(await log(user)).not.toMatch(new RegExp(`${VEIL}|${filterId}`));
    await api.filters.update({ filterId, visibleTo: [own], name: 'Shown' });
    const about = (named: readonly string[]) => named.filter((name) => /^(filters|policies)\./.test(name)).reverse();
    const all = ['filters.create', 'filters.update', 'policies.create', 'policies.update', 'filters.update'];
    expect(about(await operations(user))).toEqual(all);
    await api.filters.update({ filterId, visibleTo: [] });
    expect(about(await operations(user))).toEqual([]);
    // Whoever sees everything sees all of it.
    expect(about((await api.activity.list()).items.map(({ operation }) => operation))).toHaveLength(6);
  });

  test('are seen by nobody else when it is gone, unless everybody saw it at the time', async () => {
    const user = await auditor();
    const hidden = await api.filters.create({ name: `${VEIL} filter`, filter, visibleTo: [] });
    const open = await api.filters.create({ name: 'Open', filter });
    for (const { id: filterId } of [hidden, open]) await api.filters.remove({ filterId });
    expect((await operations(user)).filter((name) => name.startsWith('filters.'))).toEqual([
      'filters.remove',
      'filters.create',
    ]);
    expect(await log(user)).not.toContain(VEIL);
    expect(await log(user)).toContain('Open');
  });
});

test('entries about a component above one’s security level are not seen', async () => {
  const user = await auditor();
  const script = { language: 'shell', script: 'true' } as const;
  const { id: componentId } = await api.components.create({ name: `${VEIL} tool`, securityLevel: 4, ...script });
  const { deviceId } = await device(await profile('P'));
  await api.jobs.run({ name: `${VEIL} job`, componentId, deviceIds: [deviceId] });
  await api.components.create({ name: 'Plain', securityLevel: 1, ...script });
  expect((await operations(user)).filter((name) => /^(components|jobs)\./.test(name))).toEqual(['components.create']);
  expect(await log(user)).not.toContain(VEIL);
  await api.users.update({ userId: user.userId, securityLevel: 4 });
  expect((await operations(user)).filter((name) => /^(components|jobs)\./.test(name))).toHaveLength(3);
});

describe('who does not see every device', () => {
  let user: UserActor;
  let seen: string;
  let dark: string;
  beforeEach(async () => {
    [seen, dark] = [await profile('Seen'), await profile(VEIL)];
    const none = { profiles: [], groups: [], filters: [] };
    user = await auditor('manage', { include: { ...none, profiles: [seen] }, exclude: { ...none, profiles: [dark] } });
  });

  test('sees nothing of what was done to their devices together with something hidden', async () => {
    const [one, two] = [await device(seen), await device(seen)];
    const { id: groupId } = await api.groups.create({ name: VEIL, kind: 'profile-devices', profileId: dark });
    await api.groups.addDevices({ groupId, deviceIds: [(await device(dark)).deviceId] });
    await api.devices.move({ deviceIds: [one.deviceId], profileId: dark });
    await api.devices.move({ deviceIds: [one.deviceId], profileId: seen });
    await api.devices.tag({ deviceIds: [two.deviceId], add: ['x'] });
    expect(await operations(user)).toEqual(['devices.tag', 'devices.move']);
    expect(await log(user)).not.toContain(dark);
  });

  test('sees their own doing, also what it removed, but nothing of what has been hidden since', async () => {
    const { deviceId } = await device(seen);
    const mine = server.rmm.as(user);
    const { id: noteId } = await mine.notes.add({ deviceId, text: 'x' });
    await mine.notes.remove({ deviceId, noteId });
    expect(await operations(user)).toEqual(['notes.remove', 'notes.add']);
    await api.devices.move({ deviceIds: [deviceId], profileId: dark });
    expect(await operations(user)).toEqual([]);
  });
});

describe('a script', () => {
  const SCRIPT = `echo ${VEIL} ${'ä'.repeat(20)}`;
  const DIGEST = { sha256: createHash('sha256').update(SCRIPT).digest('hex'), bytes: Buffer.byteLength(SCRIPT) };

  test('is in the log as its hash and length, for nobody to read', async () => {
    const { deviceId } = await device(await profile('P'));
    await api.jobs.run({ script: { language: 'shell', text: SCRIPT }, deviceIds: [deviceId] });
    const { id: componentId } = await api.components.create({ name: 'C', language: 'shell', script: SCRIPT });
    await api.components.update({ componentId, script: SCRIPT });
    const { items } = await api.activity.list({ operation: 'components' });
    expect(items.map(({ input }) => input)).toMatchObject([{ script: DIGEST }, { script: DIGEST }]);
    const [run] = (await api.activity.list({ operation: 'jobs' })).items;
    expect(run?.input).toMatchObject({ script: { language: 'shell', text: DIGEST } });
    await server.rmm.call(host, 'activity.seal', {});
    expect((await api.activity.export()).lines).not.toContain(VEIL);
    expect(await api.activity.verify()).toMatchObject({ intact: true });
  });
});

describe('the input of an entry', () => {
  test('is left out for whoever may not view what it is about', async () => {
    const user = await auditor({ 'account.activity': 'view', profiles: 'view', devices: 'disabled' });
    const profileId = await profile('Plain');
    const { deviceId } = await device(profileId);
    await api.devices.update({ deviceId, description: VEIL });
    await api.system.update({ mailRecipients: [`${VEIL}@example.org`] });
    await api.roles.create({ name: `${VEIL} role`, permissions: {} });
    expect(await log(user)).not.toContain(VEIL);
    const { items } = await server.rmm.as(user).activity.list();
    const known = items.map(({ operation, input, withheld }) => [operation, input, withheld]);
    expect(known.slice(0, 3)).toEqual([
      ['roles.create', {}, true],
      ['system.update', {}, true],
      ['devices.update', {}, true],
    ]);
    expect(known).toContainEqual(['profiles.create', { name: 'Plain' }, false]);
    const all = (await api.activity.list()).items;
    expect(all.filter(({ withheld }) => withheld)).toEqual([]);
  });
});

describe('what an entry is about', () => {
  test('is told by the names of today, of what the actor may view', async () => {
    const levels = { 'account.activity': 'view', policies: 'view', devices: 'view', groups: 'disabled' } as const;
    const user = await auditor(levels);
    const profileId = await profile('Plain');
    const { deviceId } = await device(profileId, 'pc-1');
    const { id: groupId } = await api.groups.create({ name: `${VEIL} group`, kind: 'system-devices' });
    const { id: policyId } = await api.policies.create({ name: 'Night', type: 'power', level: 'system' });
    const policy = { kind: 'policies', id: policyId, name: 'Night' };
    const group = { kind: 'groups', id: groupId, name: `${VEIL} group` };
    await api.policies.update({ policyId, targets: [{ kind: 'group', id: groupId }] });
    await api.groups.addDevices({ groupId, deviceIds: [deviceId] });
    const of = async (actor: UserActor | typeof host, operation: string) =>
      (await server.rmm.as(actor).activity.list({ operation })).items[0]?.about;

    expect(await of(host, 'policies.update')).toEqual([policy, group]);
    const pc = { kind: 'devices', id: deviceId, name: 'pc-1' };
    expect(await of(host, 'groups.addDevices')).toEqual([group, pc]);
    expect(await of(user, 'policies.update')).toEqual([policy]);
    expect(await of(user, 'groups.addDevices')).toEqual([]);

    await api.policies.update({ policyId, name: 'Nights' });
    expect(await of(user, 'policies.update')).toEqual([{ ...policy, name: 'Nights' }]);
    await api.policies.remove({ policyId });
    expect(await of(host, 'policies.update')).toEqual([]);
    expect(await of(host, 'groups.addDevices')).toEqual([group, pc]);
  });

  test('names a few of many, and default filters too', async () => {
    const profileId = await profile('Plain');
    const deviceIds: string[] = [];
    for (let n = 0; n < 7; n++) deviceIds.push((await device(profileId, `pc-${n}`)).deviceId);
    await api.devices.tag({ deviceIds, add: ['t'], remove: [] });
    const [tagged] = (await api.activity.list({ operation: 'devices.tag' })).items;
    expect(tagged?.deviceIds).toHaveLength(7);
    expect(tagged?.about.map(({ name }) => name)).toEqual(['pc-0', 'pc-1', 'pc-2', 'pc-3', 'pc-4']);
    const all = (await api.filters.list()).items.find(({ name }) => name === 'All devices')?.id ?? '';
    const everywhere = { name: 'Everywhere', type: 'power', level: 'system' } as const;
    await api.policies.create({ ...everywhere, targets: [{ kind: 'filter', id: all }] });
    const [made] = (await api.activity.list({ operation: 'policies.create' })).items;
    expect(made?.about.map(({ name }) => name)).toEqual(['All devices']);
  });
});

test('the whole chain, of which nothing can be left out, is for those who see everything', async () => {
  const user = await auditor('manage');
  await expect(server.rmm.as(user).activity.export()).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('account administrators'),
  });
  expect(await server.rmm.as(user).activity.verify()).toMatchObject({ intact: true });
});

test('an account administrator who looks on as a role sees the log as the role shows it', async () => {
  const roles = (await api.roles.list()).items;
  const admins = roles.find(({ builtIn }) => builtIn)?.id ?? '';
  const ann = { name: 'Ann', email: 'ann@example.org', account: 'ann', roleIds: [admins] };
  const { id: userId } = await api.users.create(ann);
  const admin = { kind: 'user', systemId: host.systemId, userId } as const;
  await server.rmm.as(admin).filters.create({ name: VEIL, filter, visibleTo: [] });
  const role = await api.roles.create({ name: 'Looks', permissions: { account: 'view', filters: 'view' } });
  expect(await log(admin)).toContain(VEIL);
  expect(await log({ ...admin, viewAs: role.id })).not.toContain(VEIL);
});
