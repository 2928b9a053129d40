import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { Actor } from '../port/actor.js';
import { makeUser } from '../test-support/furnished-system.js';
import { settle } from '../test-support/raw-link.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
beforeEach(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  host = await server.system();
  api = server.rmm.as(host);
});
afterEach(() => server[Symbol.asyncDispose]());

/** Listens, and returns what was heard until then and, at the end, with which code the stream ended. */
async function listen(actor: Actor, names?: string[]) {
  const stream = server.rmm.as(actor).events.subscribe(names ? { names } : {});
  const heard: string[] = [];
  const ended = (async () => {
    for await (const { name } of stream) heard.push(name);
    return 'ended';
  })().catch((error: { code: string }) => error.code);
  await settle();
  return { heard, ended };
}

describe('events', () => {
  test('reach those of the System whose role lets them see what they are about', async () => {
    const elsewhere = await server.system('Elsewhere');
    const listeners = {
      host: await listen(host),
      stranger: await listen(elsewhere),
      all: await listen(await makeUser({ host, api }, 'all', 'view')),
      profiles: await listen(await makeUser({ host, api }, 'profiles', { profiles: 'view' })),
      nothing: await listen(await makeUser({ host, api }, 'nothing', {})),
    };
    const told = async () => {
      await api.profiles.create({ name: 'P' });
      await api.components.create({ name: 'C', language: 'shell', script: 'true' });
      await settle();
    };
    await told();
    expect(listeners.stranger.heard).toEqual([]);
    expect(listeners.nothing.heard).toEqual([]);
    expect(listeners.profiles.heard).toEqual(['profile.changed']);
    for (const { heard } of [listeners.host, listeners.all])
      expect(heard.slice(-2)).toEqual(['profile.changed', 'component.changed']);
  });

  test('are one object for all who hear them, which none of them can change', async () => {
    const actors = [host, host, await makeUser({ host, api }, 'u', 'view')];
    const first = actors.map((actor) => server.rmm.as(actor).events.subscribe()[Symbol.asyncIterator]().next());
    await settle();
    await api.profiles.create({ name: 'P' });
    const [one, ...others] = (await Promise.all(first)).map(({ value }) => value);
    expect([Object.isFrozen(one), Object.isFrozen(one?.data)]).toEqual([true, true]);
    for (const other of others) expect(other).toBe(one);
  });

  test('are chosen by name, or by the first part of it', async () => {
    const one = await listen(host, ['component.changed']);
    const some = await listen(host, ['profile.*', 'role.*']);
    const none = await listen(host, []);
    await api.profiles.create({ name: 'P' });
    await api.components.create({ name: 'C', language: 'shell', script: 'true' });
    await settle();
    expect([one.heard, some.heard, none.heard]).toEqual([['component.changed'], ['profile.changed'], []]);
  });

  test('stop at once for a user who is disabled, though they asked for other events', async () => {
    const user = await makeUser({ host, api }, 'u', 'view');
    const { heard, ended } = await listen(user, ['profile.*']);
    await api.profiles.create({ name: 'Before' });
    await settle();
    await api.users.update({ userId: user.userId, disabled: true });
    expect(await ended).toBe('UNAUTHENTICATED');
    await api.profiles.create({ name: 'After' });
    await settle();
    expect(heard).toEqual(['profile.changed']);
  });

  test('stop at once for who views the System as a role that is deleted, or may view it so no more', async () => {
    const roles = (await api.roles.list()).items;
    const admins = roles.find(({ builtIn }) => builtIn)?.id ?? '';
    const viewAs = (await api.roles.create({ name: 'Viewed', permissions: { profiles: 'view' } })).id;
    const kept = (await api.roles.create({ name: 'Kept', permissions: { profiles: 'view' } })).id;
    const viewer = async (name: string, role: string): Promise<Actor> => {
      const given = { name, email: `${name}@example.org`, account: name, roleIds: [admins] };
      return { kind: 'user', systemId: host.systemId, userId: (await api.users.create(given)).id, viewAs: role };
    };
    const [one, two] = [await viewer('one', viewAs), await viewer('two', kept)];
    const [ofOne, ofTwo] = [await listen(one, ['profile.*']), await listen(two, ['profile.*'])];
    await api.profiles.create({ name: 'Before' });
    await settle();
    await api.roles.remove({ roleId: viewAs });
    expect(await ofOne.ended).toBe('NOT_FOUND');
    await api.users.update({ userId: 'userId' in two ? two.userId : '', roleIds: [kept] });
    expect(await ofTwo.ended).toBe('FORBIDDEN');
    await api.profiles.create({ name: 'After' });
    await settle();
    expect([ofOne.heard, ofTwo.heard]).toEqual([['profile.changed'], ['profile.changed']]);
  });

  test('stop for a role that lost the right to them, and go on for others', async () => {
    const user = await makeUser({ host, api }, 'u', { profiles: 'view', components: 'view' });
    const role = (await api.roles.list()).items.find(({ name }) => name === 'Role of u');
    const { heard } = await listen(user);
    await api.roles.update({ roleId: role?.id ?? '', permissions: { profiles: 'disabled', components: 'view' } });
    await api.profiles.create({ name: 'P' });
    await api.components.create({ name: 'C', language: 'shell', script: 'true' });
    await settle();
    // The first tells it of its own role.
    expect(heard).toEqual(['role.changed', 'component.changed']);
  });

  test('tell whoever sees some devices only when others are shown, also by leaving, and nobody else', async () => {
    const [shown, hidden] = [
      await api.profiles.create({ name: 'Shown' }),
      await api.profiles.create({ name: 'Hidden' }),
    ];
    const visibility = {
      include: { profiles: [shown.id], groups: [], filters: [] },
      exclude: { profiles: [], groups: [], filters: [] },
    };
    const user = await makeUser({ host, api }, 'u', 'view');
    const role = (await api.roles.list()).items.find(({ name }) => name === 'Role of u');
    await api.roles.update({ roleId: role?.id ?? '', visibility });
    const { deviceId } = await TestAgent.enrol(server.rmm, host, { profileId: shown.id, hostname: 'moves' });
    const [restricted, free] = [await listen(user), await listen(host)];
    await api.devices.update({ deviceId, description: 'The same device' });
    await settle();
    expect(restricted.heard).toEqual(['device.changed']);
    await api.devices.move({ deviceIds: [deviceId], profileId: hidden.id });
    await settle();
    await api.devices.update({ deviceId, description: 'Somewhere else' });
    await settle();
    expect(restricted.heard).toEqual(['device.changed', 'visibility.changed']);
    await api.devices.move({ deviceIds: [deviceId], profileId: shown.id });
    await settle();
    expect(restricted.heard.slice(2)).toContain('visibility.changed');
    expect(free.heard).not.toContain('visibility.changed');
  });

  test('of users and roles reach account administrators, and those whom they concern', async () => {
    const user = await makeUser({ host, api }, 'u', 'manage');
    const other = await makeUser({ host, api }, 'other', 'manage');
    const { heard } = await listen(user);
    await api.users.update({ userId: other.userId, name: 'Renamed' });
    await api.roles.create({ name: 'Another' });
    await settle();
    expect(heard).toEqual([]);
    await api.users.update({ userId: user.userId, name: 'Renamed too' });
    await settle();
    expect(heard).toEqual(['user.changed']);
  });

  test('end for a slow reader too when the server stops, without asking anything of it any more', async () => {
    const streams = [host, await makeUser({ host, api }, 'u', 'view')].map((actor) =>
      (server.rmm.as(actor).events.subscribe() as AsyncIterableIterator<{ name: string }>)[Symbol.asyncIterator](),
    );
    const first = streams.map((stream) => stream.next());
    await settle();
    for (const name of ['A', 'B', 'C']) await api.profiles.create({ name });
    await settle();
    await Promise.all(first);
    await server.rmm.stop();
    for (const stream of streams) await expect(stream.next()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  test('every event that core tells has its permission', async () => {
    const names = new Set<string>();
    const { heard } = await listen(host);
    for (const name of [
      'system.changed',
      'profile.changed',
      'role.changed',
      'user.changed',
      'group.changed',
      'filter.changed',
    ])
      names.add(name);
    await api.system.update({ name: 'Renamed' });
    await api.profiles.create({ name: 'P' });
    await makeUser({ host, api }, 'u', {});
    await api.groups.create({ name: 'G', kind: 'system-devices' });
    await api.filters.create({ name: 'F', filter: { all: [] } });
    await settle();
    expect(new Set(heard)).toEqual(names);
  });
});
