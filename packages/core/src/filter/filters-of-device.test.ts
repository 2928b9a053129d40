import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
beforeAll(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }), checkOutputs: true });
  host = await server.system();
  api = server.rmm.as(host);
});
afterAll(() => server[Symbol.asyncDispose]());

test('the filters that hold a device are those that explain holds, of the System and of its Profile alone', async () => {
  const [a, b] = [await api.profiles.create({ name: 'A' }), await api.profiles.create({ name: 'B' })];
  const agent = await TestAgent.enrol(server.rmm, host, { profileId: a.id, hostname: 'web-1' });
  await TestAgent.enrol(server.rmm, host, { profileId: b.id, hostname: 'db-1' });
  const { deviceId } = agent;
  const named = (term: string) => ({ field: 'device.hostname', condition: 'startsWith', term }) as const;
  await api.filters.create({ name: 'web', filter: named('web') });
  await api.filters.create({ name: 'db', filter: named('db') });
  await api.filters.create({ name: 'web elsewhere', filter: named('web'), scope: [b.id] });
  await api.filters.create({ name: 'web here', filter: named('web'), profileId: a.id });
  await api.filters.create({ name: 'web there', filter: named('web'), profileId: b.id });

  const { items } = await api.filters.list({ deviceId });
  expect(items.filter(({ builtIn }) => !builtIn).map(({ name }) => name)).toEqual(['web', 'web here']);

  const all = (await api.filters.list({})).items.filter(({ builtIn }) => builtIn);
  const held: string[] = [];
  for (const { id } of all) if ((await api.filters.explain({ deviceId, filterId: id })).holds) held.push(id);
  expect(items.filter(({ builtIn }) => builtIn).map(({ id }) => id)).toEqual(held);
  await expect(api.filters.list({ deviceId: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
