import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { UserActor } from '../port/actor.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { AGENT_TOOLS } from './agent-tools.js';

let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;

beforeEach(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  host = await server.system();
  api = server.rmm.as(host);
});
afterEach(() => server[Symbol.asyncDispose]());

const as = (actor: UserActor) => server.rmm.as(actor);
const everything = { profiles: [], groups: [], filters: [] };

async function addRole(name: string, permissions: Record<string, 'view' | 'manage' | 'disabled'> = {}) {
  return (await api.roles.create({ name, permissions })).id;
}
async function addUser(name: string, ...roleIds: string[]): Promise<UserActor> {
  const { id } = await api.users.create({ name, email: `${name}@example.org`, account: name, roleIds });
  return { kind: 'user', systemId: host.systemId, userId: id };
}
const adminRole = async () => (await api.roles.list()).items.find(({ builtIn }) => builtIn)?.id ?? '';
const roleOf = async (id: string) =>
  (await api.roles.list()).items.find((role) => role.id === id) ?? expect.fail(`no role ${id}`);
const userOf = async ({ userId }: UserActor) =>
  (await api.users.list()).items.find(({ id }) => id === userId) ?? expect.fail(`no user ${userId}`);

describe('a user with several roles', () => {
  test('has the rights of the first one, and of another from the next call on', async () => {
    const jobs = await addRole('Jobs', { jobs: 'view' });
    const devices = await addRole('Devices', { devices: 'view' });
    const user = await addUser('u', jobs, devices);
    expect(await userOf(user)).toMatchObject({
      roleId: jobs,
      roleName: 'Jobs',
      roles: [
        { id: devices, name: 'Devices' },
        { id: jobs, name: 'Jobs' },
      ],
    });
    await as(user).jobs.list();
    await expect(as(user).devices.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const session = await as(user).session.useRole({ roleId: devices });
    expect(session).toMatchObject({ user: { roleId: devices }, permissions: { jobs: 'disabled', devices: 'view' } });
    expect(await as(user).session.get()).toEqual(session);
    await as(user).devices.list();
    await expect(as(user).jobs.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('takes on none but their own, and what they take on is recorded', async () => {
    const own = await addRole('Own');
    const foreign = await addRole('Foreign', { jobs: 'manage' });
    const user = await addUser('u', own);
    for (const roleId of [foreign, await adminRole(), 'nothing']) {
      await expect(as(user).session.useRole({ roleId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(api.session.useRole({ roleId: own })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await as(user).session.useRole({ roleId: own });
    const { items } = await api.activity.list({ actorId: user.userId, operation: 'session.useRole' });
    expect(items).toMatchObject([{ outcome: 'done', input: { roleId: own } }]);
  });

  test('keeps the one in force as long as it is theirs', async () => {
    const [a, b, c] = [await addRole('A'), await addRole('B'), await addRole('C')];
    const user = await addUser('u', a, b);
    await as(user).session.useRole({ roleId: b });
    expect(await api.users.update({ userId: user.userId, roleIds: [c, b] })).toMatchObject({ roleId: b });
    expect(await api.users.update({ userId: user.userId, roleIds: [c, a] })).toMatchObject({ roleId: c });
    await expect(as(user).session.useRole({ roleId: b })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(api.users.update({ userId: user.userId, roleIds: [a, 'nothing'] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await userOf(user)).toMatchObject({ roleId: c });
  });

  test('who has accountadmin counts as an administrator also while another role is in force', async () => {
    const admin = await adminRole();
    const plain = await addRole('Plain');
    const user = await addUser('u', admin, plain);
    await as(user).session.useRole({ roleId: plain });
    await expect(as(user).users.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const lone = { code: 'LAST_ADMINISTRATOR' };
    await expect(api.users.update({ userId: user.userId, roleIds: [plain] })).rejects.toMatchObject(lone);
    await expect(api.users.update({ userId: user.userId, disabled: true })).rejects.toMatchObject(lone);
    const second = await addUser('second', plain, admin);
    await api.users.update({ userId: user.userId, roleIds: [plain] });
    await expect(api.users.remove({ userId: second.userId })).rejects.toMatchObject(lone);
    await as(second).session.useRole({ roleId: admin });
    expect((await as(second).session.get()).accountadmin).toBe(true);
  });
});

describe('a role', () => {
  test('is copied with all its terms, its members aside', async () => {
    const profileId = (await api.profiles.create({ name: 'P' })).id;
    const original = await api.roles.create({
      name: 'Original',
      description: 'What it is for',
      permissions: { devices: 'manage', jobs: 'view' },
      visibility: { include: { ...everything, profiles: [profileId] }, exclude: everything },
      tools: ['vnc', 'notes'],
    });
    await addUser('u', original.id);
    const copy = await api.roles.create({ name: 'Copy', copyOf: original.id, tools: ['vnc'] });
    expect(copy).toEqual({ ...original, id: copy.id, name: 'Copy', tools: ['vnc'] });
    await expect(api.roles.create({ name: 'X', copyOf: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('copied from accountadmin has everything, and can be changed', async () => {
    const copy = await api.roles.create({ name: 'Nearly all', copyOf: await adminRole() });
    expect(new Set(Object.values(copy.levels))).toEqual(new Set(['manage']));
    expect(copy).toMatchObject({ builtIn: false, tools: AGENT_TOOLS });
    const changed = await api.roles.update({ roleId: copy.id, permissions: { ...copy.permissions, devices: 'view' } });
    expect(changed.levels).toMatchObject({ devices: 'view', audits: 'manage' });
    const user = await addUser('u', copy.id);
    await expect(as(user).users.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('shows nothing that is not of its System', async () => {
    const elsewhere = server.rmm.as(await server.system('Elsewhere'));
    const foreign = {
      profiles: (await elsewhere.profiles.create({ name: 'P' })).id,
      groups: (await elsewhere.groups.create({ name: 'G', kind: 'system-devices' })).id,
      filters: (await elsewhere.filters.create({ name: 'F', filter: { all: [] } })).id,
    };
    for (const [set, id] of Object.entries(foreign)) {
      const named = { ...everything, [set]: [id] };
      for (const visibility of [
        { include: named, exclude: everything },
        { include: null, exclude: named },
      ]) {
        const missing = { code: 'NOT_FOUND', message: expect.stringContaining(id) };
        await expect(api.roles.create({ name: 'R', visibility })).rejects.toMatchObject(missing);
      }
    }
    const [byDefault] = (await api.filters.list()).items.filter(({ builtIn }) => builtIn);
    const filters = [byDefault?.id ?? ''];
    const role = await api.roles.create({
      name: 'R',
      visibility: { include: null, exclude: { ...everything, filters } },
    });
    expect(role.visibility.exclude.filters).toEqual(filters);
  });

  test('has the members that it is given, who keep their role in force', async () => {
    const [a, b] = [await addRole('A'), await addRole('B')];
    const [one, two] = [await addUser('one', a), await addUser('two', a)];
    const { memberIds } = await api.roles.update({ roleId: b, memberIds: [one.userId, two.userId] });
    expect(new Set(memberIds)).toEqual(new Set([one.userId, two.userId]));
    expect((await userOf(one)).roleId).toBe(a);
    await as(one).session.useRole({ roleId: b });
    await api.roles.update({ roleId: b, memberIds: [two.userId] });
    expect(await userOf(one)).toMatchObject({ roleId: a, roles: [{ id: a }] });
    expect(await roleOf(b)).toMatchObject({ members: 1, memberIds: [two.userId] });
    const born = await api.roles.create({ name: 'Born', memberIds: [one.userId] });
    expect(born.memberIds).toEqual([one.userId]);
    await expect(api.roles.update({ roleId: b, memberIds: ['nobody'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is already left when those who left it are told so', async () => {
    const [a, b] = [await addRole('A'), await addRole('B')];
    const user = await addUser('u', b, a);
    const asked: Promise<unknown>[] = [];
    server.rmm.on('user.changed', () => asked.push(as(user).session.get()));
    await as(user).session.get();
    await api.roles.update({ roleId: b, memberIds: [] });
    expect(await Promise.all(asked)).toMatchObject([{ user: { roleId: a } }]);
  });

  test('leaves nobody without a role', async () => {
    const only = await addRole('Only');
    const user = await addUser('u', only);
    await expect(api.roles.update({ roleId: only, memberIds: [] })).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining('u would have no role'),
    });
    await expect(api.users.update({ userId: user.userId, roleIds: [] })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect((await userOf(user)).roleId).toBe(only);
  });

  test('that is deleted leaves its members the one that is named, or another of theirs', async () => {
    const [gone, left] = [await addRole('Gone'), await addRole('Left')];
    const lone = await addUser('lone', gone);
    const both = await addUser('both', gone, left);
    await expect(api.roles.remove({ roleId: gone })).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringMatching(/lone .*reassignTo/),
      details: { members: 1 },
    });
    expect((await userOf(both)).roleId).toBe(gone);
    await expect(api.roles.remove({ roleId: gone, reassignTo: gone })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(api.roles.remove({ roleId: gone, reassignTo: 'nothing' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const next = await addRole('Next', { jobs: 'view' });
    await expect(as(lone).jobs.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await api.roles.remove({ roleId: gone, reassignTo: next });
    expect(await userOf(lone)).toMatchObject({ roleId: next, roles: [{ id: next }] });
    expect(await userOf(both)).toMatchObject({ roleId: next, roles: [{ id: left }, { id: next }] });
    await as(lone).jobs.list();
    await api.roles.remove({ roleId: next, reassignTo: left });
    expect(await userOf(both)).toMatchObject({ roleId: left, roles: [{ id: left }] });
  });

  test('that is deleted without another named falls back to what its members have', async () => {
    const [gone, left] = [await addRole('Gone'), await addRole('Left', { devices: 'view' })];
    const user = await addUser('u', gone, left);
    await expect(as(user).devices.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await api.roles.remove({ roleId: gone });
    await as(user).devices.list();
  });
});

test('a role shows less when a Profile goes that it names, never more', async () => {
  const profileId = (await api.profiles.create({ name: 'P' })).id;
  const other = (await api.profiles.create({ name: 'Other' })).id;
  const groupId = (await api.groups.create({ name: 'G', kind: 'profile-devices', profileId })).id;
  const filterId = (await api.filters.create({ name: 'F', filter: { all: [] }, profileId })).id;
  const gone = { profiles: [profileId], groups: [groupId], filters: [filterId] };
  const first = await api.roles.create({ name: 'First', visibility: { include: gone, exclude: everything } });
  const mixed = { ...gone, profiles: [other, profileId] };
  const second = await api.roles.create({ name: 'Second', visibility: { include: mixed, exclude: gone } });
  const user = await addUser('u', first.id);
  expect((await as(user).session.get()).restricted).toBe(true);
  await api.profiles.remove({ profileId });
  expect((await roleOf(first.id)).visibility).toEqual({ include: everything, exclude: everything });
  expect((await roleOf(second.id)).visibility).toEqual({
    include: { ...everything, profiles: [other] },
    exclude: everything,
  });
  expect((await as(user).session.get()).restricted).toBe(true);
});

test('a filter shown to a role that is deleted stays hidden from the others', async () => {
  const role = await addRole('R');
  const filter = await api.filters.create({ name: 'F', filter: { all: [] }, visibleTo: [role] });
  const user = await addUser('u', await addRole('Other', { filters: 'view' }));
  await api.roles.remove({ roleId: role });
  expect((await api.filters.get({ filterId: filter.id })).visibleTo).toEqual([]);
  await expect(as(user).filters.get({ filterId: filter.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('only account administrators see and edit users and roles', async () => {
  const { permissions } = await api.roles.list();
  const all = Object.fromEntries(permissions.map(({ name }) => [name, 'manage' as const]));
  const user = as(await addUser('u', await addRole('All', all)));
  const calls = [
    () => user.users.list(),
    () => user.roles.list(),
    () => user.roles.create({ name: 'R' }),
    () => user.access.explain({ operation: 'jobs.list', roleId: 'x' }),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
