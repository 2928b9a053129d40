import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { HostActor, RmmEvents } from '@rmm/core';
import { memoryTransport, SimulatedAgent, type TestRmm, testRmm } from '@rmm/core/testing';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { type WarrantiesApi, warrantyPlugin } from './warranty-plugin.js';

const transport = () => memoryTransport();
const open = (wire: ReturnType<typeof transport>) =>
  testRmm({ storage: sqliteStorage({ memory: true }), transport: wire, plugins: [warrantyPlugin] });

let wire: ReturnType<typeof transport>;
let server: Awaited<ReturnType<typeof open>>;
let host: HostActor & { readonly systemId: string };

beforeEach(async () => {
  wire = transport();
  server = await open(wire);
  host = await server.system();
});
afterEach(() => server[Symbol.asyncDispose]());

/** In turns, of which a busy machine needs no more, not in time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Has an agent join, and returns its device. */
async function device(actor: typeof host, hostname: string): Promise<string> {
  const api = server.rmm.as(actor);
  const { id: profileId } = await api.profiles.create({ name: `Profile of ${hostname}` });
  const { token } = await api.enrolments.create({ profileId });
  const agent = new SimulatedAgent({ transport: wire, clock: server.clock, token, hostname });
  agent.start();
  await vi.waitUntil(() => agent.isOnline, { interval: 2 });
  return agent.deviceId ?? '';
}

describe("a stranger's plugin", () => {
  test('adds its operations to the Api, with their types', () => {
    const api = server.rmm.as(host);
    expectTypeOf(api.warranties).toEqualTypeOf<WarrantiesApi>();
    expectTypeOf(api.warranties.ending).parameter(0).toEqualTypeOf<{ before: string }>();
    expectTypeOf(api.warranties.set).returns.resolves.toEqualTypeOf<{
      deviceId: string;
      vendor: string;
      until: string;
    }>();
    expectTypeOf<RmmEvents['warranty.changed']>().toEqualTypeOf<{
      systemId: string;
      deviceId: string;
      until: string;
    }>();
    // Beside what core has.
    expectTypeOf(api.devices.list).toBeFunction();
    expectTypeOf<TestRmm['rmm']>().not.toHaveProperty('warranties');
    expect(server.rmm.operations.get('warranties.set')?.route).toBe('PUT /devices/:deviceId/warranty');
  });

  test('keeps rows of its own, tells its event, and its fields can be filtered, listed and sorted by', async () => {
    const api = server.rmm.as(host);
    const [one, two] = [await device(host, 'one'), await device(host, 'two')];
    const told: RmmEvents['warranty.changed'][] = [];
    server.rmm.on('warranty.changed', (payload) => told.push(payload));
    const until = '2027-01-01T00:00:00.000Z';
    await api.warranties.set({ deviceId: two, vendor: 'Acme', until });
    expect(told).toEqual([{ systemId: host.systemId, deviceId: two, until }]);
    expect((await api.warranties.ending({ before: '2027-06-01T00:00:00Z' })).items).toEqual([
      { deviceId: two, vendor: 'Acme', until },
    ]);
    const acme = { field: 'warranty.vendor', condition: 'equals', term: 'acme' } as const;
    expect((await api.devices.list({ filter: acme })).items.map(({ id }) => id)).toEqual([two]);
    expect((await api.devices.list({ sortBy: 'warranty.until', sortDir: 'desc' })).items.map(({ id }) => id)).toEqual([
      two,
      one,
    ]);
    const { text } = await api.devices.export({ columns: ['device.hostname', 'warranty.vendor'] });
    expect(text).toContain('two,Acme');
    expect((await api.fields.list()).items.filter(({ group }) => group === 'Warranty')).toHaveLength(2);
  });

  test('is checked as core is: permission, input, ids, System, activity log', async () => {
    const api = server.rmm.as(host);
    const deviceId = await device(host, 'one');
    const role = await api.roles.create({ name: 'Clerks', permissions: { warranties: 'view' } });
    const user = await api.users.create({ name: 'C', email: 'c@example.org', roleIds: [role.id], account: 'c' });
    const clerk = server.rmm.as({ kind: 'user', systemId: host.systemId, userId: user.id });
    const good = { deviceId, vendor: 'Acme', until: '2027-01-01T00:00:00Z' };
    await expect(clerk.warranties.set(good)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await clerk.warranties.ending({ before: good.until })).items).toEqual([]);
    await expect(api.warranties.set({ ...good, until: 'tomorrow' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('until'),
    });
    await expect(api.warranties.set({ ...good, deviceId: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await api.warranties.set(good);
    const elsewhere = await server.system('Elsewhere');
    await expect(server.rmm.as(elsewhere).warranties.set(good)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await server.rmm.as(elsewhere).warranties.ending({ before: '2999-01-01T00:00:00Z' })).items).toEqual([]);
    expect((await api.activity.list({ operation: 'warranties.set' })).items.map(({ outcome }) => outcome)).toEqual([
      'done',
      'refused',
    ]);
  });

  test('has its events heard by those whose role lets them', async () => {
    const api = server.rmm.as(host);
    const deviceId = await device(host, 'one');
    const heardBy = async (permissions: Record<string, 'view'>) => {
      const name = Object.keys(permissions).join() || 'nothing';
      const role = await api.roles.create({ name, permissions });
      const user = await api.users.create({ name, email: `${name}@example.org`, roleIds: [role.id], account: name });
      const heard: string[] = [];
      const stream = server.rmm.as({ kind: 'user', systemId: host.systemId, userId: user.id }).events.subscribe();
      void (async () => {
        for await (const event of stream) heard.push(event.name);
      })().catch(() => undefined);
      await settle();
      return heard;
    };
    const [clerk, other] = [await heardBy({ warranties: 'view' }), await heardBy({ devices: 'view' })];
    await api.warranties.set({ deviceId, vendor: 'Acme', until: '2027-01-01T00:00:00Z' });
    await settle();
    expect([clerk, other]).toEqual([['warranty.changed'], []]);
  });
});
