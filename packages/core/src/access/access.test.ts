import { sqliteStorage } from '@rmm/adapters-sqlite';
import { RmmError } from '@rmm/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { UserActor } from '../port/actor.js';
import type { Authenticator } from '../port/authenticator.js';
import type { Storage } from '../storage/storage.js';
import { makeUser } from '../test-support/furnished-system.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

let storage: Storage;
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
/** What happened at the sign-in. */
let calls: string[];
let refusePassword = false;

const authenticator: Authenticator = {
  id: 'test',
  authenticate: async () => undefined,
  accounts: {
    create: async ({ email }) => {
      if (refusePassword) throw new RmmError('INVALID_INPUT', 'password: too weak');
      calls.push(`create ${email}`);
      return `account of ${email}`;
    },
    checkPassword: async (_account, given) => {
      if (given.includes('weak')) throw new RmmError('INVALID_INPUT', 'password: too weak');
    },
    setPassword: async (account) => {
      const entries = await storage.count('activity', { field: 'operation', op: 'eq', value: 'users.setPassword' });
      calls.push(`password ${account}, ${entries} in the log`);
      if (refusePassword) throw new Error('The sign-in is away');
    },
    signOut: async (account) => {
      calls.push(`sign out ${account}`);
    },
    remove: async (account) => {
      calls.push(`remove ${account}`);
    },
  },
};

beforeEach(async () => {
  calls = [];
  refusePassword = false;
  storage = sqliteStorage({ memory: true });
  server = await testRmm({ storage, authenticator });
  host = await server.system();
  api = server.rmm.as(host);
});
afterEach(() => server[Symbol.asyncDispose]());

const as = (actor: UserActor) => server.rmm.as(actor);
const adminRole = async () => (await api.roles.list()).items.find(({ builtIn }) => builtIn)?.id ?? '';
const password = 'a long enough password';

async function makeAdmin(name = 'admin'): Promise<UserActor> {
  const user = await api.users.create({ name, email: `${name}@example.org`, roleIds: [await adminRole()], password });
  return { kind: 'user', systemId: host.systemId, userId: user.id };
}

describe('users', () => {
  test('get an account at the sign-in, and lose it with themselves', async () => {
    await makeAdmin('first');
    const { userId } = await makeAdmin('second');
    await api.users.remove({ userId });
    expect(calls).toEqual([
      'create first@example.org',
      'create second@example.org',
      'remove account of second@example.org',
    ]);
    expect((await api.users.list()).items).toMatchObject([
      { name: 'first', roleName: 'accountadmin', securityLevel: 5 },
    ]);
  });

  test('are not made without an account, and no account stays without a user', async () => {
    const user = { name: 'x', email: 'X@Example.org', roleIds: [await adminRole()], password };
    refusePassword = true;
    await expect(api.users.create(user)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect((await api.users.list()).items).toEqual([]);
    refusePassword = false;
    // Both pass the check before either is stored.
    const both = await Promise.allSettled([api.users.create(user), api.users.create(user)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await api.users.list()).items).toHaveLength(1);
    expect(calls.filter((call) => call.startsWith('remove'))).toEqual(['remove account of x@example.org']);
  });

  test('need a password or an account, as the sign-in has it', async () => {
    const user = { name: 'x', email: 'x@example.org', roleIds: [await adminRole()] };
    await expect(api.users.create(user)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('password'),
    });
    await using bare = await testRmm({ storage: sqliteStorage({ memory: true }) });
    const actor = await bare.system();
    const users = bare.rmm.as(actor).users;
    const roleIds = [(await bare.rmm.as(actor).roles.list()).items[0]?.id ?? ''];
    await expect(users.create({ ...user, roleIds })).rejects.toMatchObject({
      message: expect.stringContaining('account'),
    });
    await expect(users.create({ ...user, roleIds, password })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const { id } = await users.create({ ...user, roleIds, account: 'at the host' });
    await expect(users.setPassword({ userId: id, password })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('get a password only when the log has it, and hear when it could not be set', async () => {
    const { userId } = await makeAdmin();
    calls = [];
    const log = async () =>
      (await api.activity.list({ operation: 'users.setPassword' })).items.map(({ outcome }) => outcome);
    await expect(api.users.setPassword({ userId, password: 'weak but long' })).rejects.toThrow('too weak');
    await expect(api.users.setPassword({ userId: 'x', password })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([calls, await log()]).toEqual([[], []]);
    await api.users.setPassword({ userId, password });
    const account = 'account of admin@example.org';
    expect(calls).toEqual([`password ${account}, 1 in the log`, `sign out ${account}`]);
    refusePassword = true;
    await expect(api.users.setPassword({ userId, password })).rejects.toThrow('away');
    expect(await log()).toEqual(['failed', 'done', 'done']);
  });

  test('are not made, nor given passwords, by a transaction of the host, which may roll back', async () => {
    const { userId } = await makeAdmin();
    calls = [];
    const user = { name: 'x', email: 'x@example.org', roleIds: [await adminRole()] };
    const whole = storage.transaction(async (tx) => {
      const { users } = server.rmm.join(tx).as(host);
      await expect(users.create({ ...user, password })).rejects.toMatchObject({ code: 'NOT_JOINABLE' });
      await expect(users.setPassword({ userId, password })).rejects.toMatchObject({ code: 'NOT_JOINABLE' });
      // An account that is there already is nothing that would have to be taken back.
      await users.create({ ...user, account: 'at the host' });
      throw new Error('The host thinks better of it');
    });
    await expect(whole).rejects.toThrow('thinks better');
    expect(calls).toEqual([]);
    expect((await api.users.list()).items.map(({ name }) => name)).toEqual(['admin']);
  });

  test('have e-mails of their own in a System, accounts of their own on the server', async () => {
    const roleIds = [await adminRole()];
    await api.users.create({ name: 'a', email: 'a@example.org', roleIds, account: 'shared' });
    const again = { name: 'b', email: 'A@example.org', roleIds, account: 'other' };
    await expect(api.users.create(again)).rejects.toMatchObject({ code: 'CONFLICT' });
    const elsewhere = server.rmm.as(await server.system('Elsewhere'));
    const otherRole = (await elsewhere.roles.list()).items[0]?.id ?? '';
    const clash = { name: 'b', email: 'a@example.org', roleIds: [otherRole], account: 'shared' };
    await expect(elsewhere.users.create(clash)).rejects.toMatchObject({ code: 'CONFLICT' });
    await elsewhere.users.create({ ...clash, account: 'own' });
  });

  test('who are disabled are refused at once, and signed out', async () => {
    const admin = await makeAdmin();
    const { userId } = await makeAdmin('other');
    const other = { ...admin, userId };
    expect((await as(other).session.get()).user?.name).toBe('other');
    await as(admin).users.update({ userId, disabled: true });
    await expect(as(other).session.get()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(as(other).devices.list()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(calls.at(-1)).toBe('sign out account of other@example.org');
    await as(admin).users.update({ userId, disabled: false });
    expect((await as(other).session.get()).user?.disabled).toBe(false);
  });

  test('who are disabled while a call of theirs reads who they are, are not remembered as they were', async () => {
    const admin = await makeAdmin();
    const { userId } = await makeAdmin('other');
    const other = { ...admin, userId };
    for (let round = 0; round < 20; round++) {
      const calls = [
        as(other).session.get(),
        as(admin).users.update({ userId, disabled: true }),
        as(other).session.get(),
      ];
      await Promise.allSettled(calls);
      await expect(as(other).session.get()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await as(admin).users.update({ userId, disabled: false });
    }
  });

  test('one accountadmin remains, whoever changes, removes or disables them', async () => {
    const admin = await makeAdmin();
    const lone = { code: 'LAST_ADMINISTRATOR' };
    const role = await api.roles.create({ name: 'Readers', permissions: {} });
    await expect(api.users.remove({ userId: admin.userId })).rejects.toMatchObject(lone);
    await expect(api.users.update({ userId: admin.userId, disabled: true })).rejects.toMatchObject(lone);
    await expect(as(admin).users.update({ userId: admin.userId, roleIds: [role.id] })).rejects.toMatchObject(lone);
    expect((await as(admin).session.get()).user).toMatchObject({ roleName: 'accountadmin', disabled: false });
    expect(calls).toEqual(['create admin@example.org']);
    const second = await makeAdmin('second');
    await as(second).users.update({ userId: admin.userId, roleIds: [role.id] });
    await expect(as(second).users.update({ userId: second.userId, disabled: true })).rejects.toMatchObject(lone);
  });

  test('of two accountadmins who remove each other at the same time, one stays', async () => {
    const [one, two] = [await makeAdmin('one'), await makeAdmin('two')];
    await Promise.allSettled([
      as(one).users.remove({ userId: two.userId }),
      as(two).users.remove({ userId: one.userId }),
    ]);
    expect((await api.users.list()).items).toHaveLength(1);
  });

  test('can be renamed in a System that the host manages without any accountadmin', async () => {
    const role = await api.roles.create({ name: 'Readers', permissions: { devices: 'view' } });
    const { id } = await api.users.create({ name: 'a', email: 'a@example.org', roleIds: [role.id], account: 'a' });
    expect((await api.users.update({ userId: id, name: 'b' })).name).toBe('b');
    await api.users.remove({ userId: id });
  });
});

describe('roles', () => {
  test('grant what they name, from the next call on', async () => {
    const user = await makeUser({ host, api }, 'u', { devices: 'view' });
    const [role] = (await api.roles.list()).items.filter(({ name }) => name === 'Role of u');
    const roleId = role?.id ?? '';
    await as(user).devices.list();
    await expect(as(user).jobs.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await api.roles.update({ roleId, permissions: { jobs: 'view' } });
    await as(user).jobs.list();
    await expect(as(user).devices.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await api.roles.update({ roleId, permissions: { devices: 'disabled', jobs: 'view' } });
    await expect(as(user).devices.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await as(user).session.get()).permissions).toMatchObject({
      devices: 'disabled',
      jobs: 'view',
      account: 'disabled',
    });
  });

  test('name only permissions that exist', async () => {
    const create = (name: string) => api.roles.create({ name: 'R', permissions: JSON.parse(`{"${name}":"manage"}`) });
    for (const name of ['nothing', '__proto__', 'constructor']) {
      await expect(create(name)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(name),
      });
    }
  });

  test('with users stay, and accountadmin stays as it is', async () => {
    await makeUser({ host, api }, 'u', {});
    const roles = (await api.roles.list()).items;
    const roleId = roles.find(({ name }) => name === 'Role of u')?.id ?? '';
    await expect(api.roles.remove({ roleId })).rejects.toMatchObject({ code: 'IN_USE', details: { members: 1 } });
    const builtIn = { roleId: await adminRole() };
    await expect(api.roles.remove(builtIn)).rejects.toMatchObject({ code: 'BUILT_IN' });
    await expect(api.roles.update({ ...builtIn, name: 'x' })).rejects.toMatchObject({ code: 'BUILT_IN' });
    await expect(api.roles.create({ name: ' accountadmin ', permissions: {} })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('the activity log', () => {
  test('tells who did what, newest first, page by page', async () => {
    const admin = await makeAdmin();
    for (let at = 0; at < 7; at++) await as(admin).profiles.create({ name: `P${at}` });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.activity.list({
        actorId: admin.userId,
        limit: 3,
        ...(cursor !== undefined && { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(3);
      for (const { input, actorName } of page.items) seen.push(`${actorName} ${JSON.stringify(input)}`);
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((at) => `admin {"name":"P${at}"}`));
  });

  test('takes only cursors that a list returned', async () => {
    const forged = [{ id: 5 }, { id: '../x' }, { at: 1 }, {}, [], 'x', null].map((value) =>
      Buffer.from(JSON.stringify(value)).toString('base64url'),
    );
    for (const cursor of [...forged, 'junk', '', '%%%']) {
      await expect(api.activity.list({ cursor })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('cursor'),
      });
    }
  });

  test('leaves out what agents report, unless asked for', async () => {
    await expect(
      server.rmm.call({ kind: 'agent', systemId: host.systemId, deviceId: 'd' }, 'profiles.create', { name: 'P' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await api.activity.list()).items).toEqual([]);
    expect((await api.activity.list({ agents: true })).items).toMatchObject([
      { actorKind: 'agent', outcome: 'refused' },
    ]);
  });
});
