import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UserActor } from '../port/actor.js';
import { type FurnishedSystem, furnishSystem, makeUser } from '../test-support/furnished-system.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

let server: TestRmm;
let system: FurnishedSystem;
let admin: UserActor;
/** Shows devices and jobs, but none of the devices there are. */
let roleId: string;

beforeEach(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  system = await furnishSystem(server, 'here');
  const { api, host } = system;
  const { items } = await api.roles.list();
  const admins = items.find(({ builtIn }) => builtIn)?.id ?? '';
  const user = { name: 'Ann', email: 'ann@example.org', account: 'ann', roleIds: [admins] };
  admin = { kind: 'user', systemId: host.systemId, userId: (await api.users.create(user)).id };
  const nothing = { profiles: [], groups: [], filters: [] };
  const role = await api.roles.create({
    name: 'Elsewhere',
    permissions: { devices: 'manage' },
    visibility: { include: nothing, exclude: nothing },
    tools: ['notes'],
  });
  roleId = role.id;
});
afterEach(() => server[Symbol.asyncDispose]());

const as = (actor: UserActor) => server.rmm.as(actor);
const forbidden = { code: 'FORBIDDEN' };

describe('an account administrator who views the System as a role', () => {
  test('sees and may do what the role shows and allows', async () => {
    const { deviceId } = system.known;
    expect((await as(admin).devices.list()).total).toBe(1);
    const viewer = as({ ...admin, viewAs: roleId });
    expect(await viewer.devices.list()).toEqual({ total: 0, items: [] });
    await expect(viewer.devices.get({ deviceId: String(deviceId) })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(viewer.jobs.list()).rejects.toMatchObject(forbidden);
    await expect(viewer.users.list()).rejects.toMatchObject(forbidden);
    expect(await viewer.session.get()).toMatchObject({
      user: { name: 'Ann', roleName: 'accountadmin' },
      permissions: { devices: 'manage', jobs: 'disabled' },
      tools: ['notes'],
      accountadmin: false,
      restricted: true,
      viewingAs: { id: roleId, name: 'Elsewhere' },
    });
    expect(await as(admin).session.get()).toMatchObject({ accountadmin: true, viewingAs: null });
  });

  test('can change nothing, and the attempt is recorded under their own role', async () => {
    const before = await system.api.devices.list();
    const names = [...server.rmm.operations].flatMap(([name, { kind, requires }]) =>
      kind === 'command' && requires !== 'host' && requires !== 'agent' ? [name] : [],
    );
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) {
      await expect(server.rmm.call({ ...admin, viewAs: roleId }, name, {})).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringContaining('view the System as another role'),
      });
    }
    expect(await system.api.devices.list()).toEqual(before);
    const { items } = await system.api.activity.list({ actorId: admin.userId, limit: 1000 });
    expect(new Set(items.map(({ operation }) => operation))).toEqual(new Set(names));
    expect(new Set(items.map(({ roleName }) => roleName))).toEqual(new Set(['accountadmin']));
  });

  test('hears what the role may hear', async () => {
    const stream = as({ ...admin, viewAs: roleId }).events.subscribe({});
    const heard: string[] = [];
    const ended = (async () => {
      for await (const { name } of stream) heard.push(name);
    })().catch((error: { code: string }) => error.code);
    await system.api.components.create({ name: 'C', language: 'shell', script: 'true' });
    await system.api.roles.update({ roleId, permissions: { components: 'view' } });
    await system.api.components.create({ name: 'D', language: 'shell', script: 'true' });
    await expect.poll(() => heard).toEqual(['role.changed', 'component.changed']);
    // Who is no administrator any more views nothing.
    const readers = await system.api.roles.create({ name: 'Readers' });
    await makeAdmin('Bob');
    await system.api.users.update({ userId: admin.userId, roleIds: [readers.id] });
    expect(await ended).toBe('FORBIDDEN');
  });

  test('sees changes of the role from the next call on, and its end', async () => {
    const viewer = as({ ...admin, viewAs: roleId });
    await viewer.devices.list();
    await system.api.roles.update({ roleId, permissions: { jobs: 'view' } });
    await viewer.jobs.list();
    await expect(viewer.devices.list()).rejects.toMatchObject(forbidden);
    await system.api.roles.remove({ roleId });
    await expect(viewer.session.get()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

async function makeAdmin(name: string): Promise<void> {
  const admins = (await system.api.roles.list()).items.find(({ builtIn }) => builtIn)?.id ?? '';
  await system.api.users.create({ name, email: `${name}@example.org`, account: name, roleIds: [admins] });
}

test('nobody else views the System as a role, not even one of their own', async () => {
  const user = await makeUser(system, 'u', 'manage');
  const [own] = (await as(user).session.get()).user?.roles ?? [];
  for (const viewAs of [roleId, own?.id ?? '', 'nothing']) {
    await expect(as({ ...user, viewAs }).session.get()).rejects.toMatchObject(forbidden);
    await expect(as({ ...user, viewAs }).profiles.create({ name: 'P' })).rejects.toMatchObject(forbidden);
  }
  const { items } = await system.api.activity.list({ actorId: user.userId });
  expect(items.map(({ outcome, operation }) => `${outcome} ${operation}`)).toEqual(
    Array.from({ length: 3 }, () => 'refused profiles.create'),
  );
});

test.each(['', 'a b', 7, null, 'x'.repeat(65)])('%j is no role to view', async (viewAs) => {
  const actor = { ...admin, viewAs } as unknown as UserActor;
  await expect(as(actor).session.get()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
