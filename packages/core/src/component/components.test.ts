import { sqliteStorage } from '@rmm/adapters-sqlite';
import { LIMITS } from '@rmm/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { makeUser } from '../test-support/furnished-system.js';
import { invalid } from '../test-support/job-server.js';
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

const script = { language: 'shell', script: 'true' } as const;

describe('components', () => {
  test('are made with what is known of them, and changed piece by piece', async () => {
    const made = await api.components.create({ name: ' Clean up ', ...script });
    expect(made).toMatchObject({
      name: 'Clean up',
      kind: 'script',
      securityLevel: 1,
      version: 1,
      favourite: false,
      variables: [],
    });
    server.clock.advance(1000);
    const described = await api.components.update({
      componentId: made.id,
      description: 'Removes files',
      category: 'Disk',
    });
    expect(described).toMatchObject({ version: 1, description: 'Removes files', script: 'true' });
    expect(described.updatedAt).not.toBe(made.updatedAt);
    const grown = await api.components.update({ componentId: made.id, script: 'false' });
    expect(grown).toMatchObject({ version: 2, uid: made.uid, category: 'Disk' });
    expect((await api.components.update({ componentId: made.id, script: 'false' })).version).toBe(2);
    expect((await api.components.update({ componentId: made.id, language: 'bash' })).version).toBe(3);
    await api.components.remove({ componentId: made.id });
    await expect(api.components.get({ componentId: made.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('have names and uids of their own', async () => {
    const one = await api.components.create({ name: 'One', uid: 'uid-1', ...script });
    await expect(api.components.create({ name: 'One', ...script })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(api.components.create({ name: 'Two', uid: 'uid-1', ...script })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const two = await api.components.create({ name: 'Two', ...script });
    await expect(api.components.update({ componentId: two.id, name: 'One' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await api.components.update({ componentId: one.id, name: 'One' });
    const elsewhere = server.rmm.as(await server.system('Elsewhere'));
    await elsewhere.components.create({ name: 'One', uid: 'uid-1', ...script });
  });

  test('are found by any of their words, whatever the case', async () => {
    await api.components.create({ name: 'Defragment', category: 'Disk', ...script });
    await api.components.create({ name: 'Reboot', description: 'Starts the DISK anew', ...script });
    await api.components.create({ name: 'Watch', kind: 'monitor', ...script });
    const names = async (input: Parameters<RmmApi['components']['list']>[0]) =>
      (await api.components.list(input)).items.map(({ name }) => name);
    expect(await names({ search: 'disk' })).toEqual(['Defragment', 'Reboot']);
    expect(await names({ kind: 'monitor' })).toEqual(['Watch']);
    expect(await names({ search: '%' })).toEqual([]);
  });

  test('above the security level of a user do not exist for them', async () => {
    const user = await makeUser({ host, api }, 'u', 'manage');
    const mine = server.rmm.as(user);
    const high = await api.components.create({ name: 'High', securityLevel: 2, ...script });
    const low = await api.components.create({ name: 'Low', ...script });
    expect((await mine.components.list()).items.map(({ name }) => name)).toEqual(['Low']);
    const notFound = { code: 'NOT_FOUND' };
    const componentId = high.id;
    await expect(mine.components.get({ componentId })).rejects.toMatchObject(notFound);
    await expect(mine.components.update({ componentId, name: 'x' })).rejects.toMatchObject(notFound);
    await expect(mine.components.favourite({ componentId, favourite: true })).rejects.toMatchObject(notFound);
    await expect(mine.components.remove({ componentId })).rejects.toMatchObject(notFound);
    await expect(mine.components.create({ name: 'x', securityLevel: 3, ...script })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(mine.components.update({ componentId: low.id, securityLevel: 3 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await api.users.update({ userId: user.userId, securityLevel: 2 });
    expect((await mine.components.list()).items.map(({ name }) => name)).toEqual(['High', 'Low']);
  });

  test("are everyone's own favourites", async () => {
    const { id: componentId } = await api.components.create({ name: 'C', ...script });
    const user = await makeUser({ host, api }, 'u', 'view');
    const mine = server.rmm.as(user);
    expect((await mine.components.favourite({ componentId, favourite: true })).favourite).toBe(true);
    expect((await mine.components.list()).items[0]?.favourite).toBe(true);
    expect((await api.components.get({ componentId })).favourite).toBe(false);
    await mine.components.favourite({ componentId, favourite: true });
    await mine.components.favourite({ componentId, favourite: false });
    expect((await mine.components.get({ componentId })).favourite).toBe(false);
  });

  test.each([
    [
      'the same name twice',
      [
        { name: 'A', type: 'string' },
        { name: 'A', type: 'number' },
      ],
      'twice',
    ],
    ['a choice without choices', [{ name: 'A', type: 'choice' }], 'choices'],
    ['a default that is no choice', [{ name: 'A', type: 'choice', choices: ['x'], default: 'y' }], 'one of x'],
    ['a default that is no number', [{ name: 'A', type: 'number', default: 'y' }], 'a number'],
    ['a default that is neither true nor false', [{ name: 'A', type: 'boolean', default: 'yes' }], 'true or false'],
    ['a secret that all would see', [{ name: 'A', type: 'secret', default: 'hunter2' }], 'secret'],
    ['a name that no environment takes', [{ name: '1A', type: 'string' }], 'variables.0.name'],
  ] as const)('refuse variables with %s', async (_, variables, words) => {
    const create = server.rmm.call(host, 'components.create', { name: 'C', ...script, variables });
    await expect(create).rejects.toMatchObject(invalid(words));
    expect(JSON.stringify(await api.activity.list())).not.toContain('hunter2');
  });

  test('hold scripts up to their limit in bytes', async () => {
    const largest = 'é'.repeat(LIMITS.scriptBytes / 2);
    const { id } = await api.components.create({ name: 'C', language: 'shell', script: largest });
    const over = `${largest}x`;
    await expect(api.components.create({ name: 'D', language: 'shell', script: over })).rejects.toMatchObject(
      invalid('script'),
    );
    await expect(api.components.update({ componentId: id, script: over })).rejects.toMatchObject(invalid('script'));
  });
});
