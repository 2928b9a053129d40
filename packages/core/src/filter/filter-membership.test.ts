import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { definePlugin } from '../plugin/plugin.js';
import { TestAgent } from '../testing/test-agent.js';
import { testRmm } from '../testing/test-rmm.js';
import type { FactService } from './fact-service.js';
import { factsRef } from './facts-ref.js';
import type { FilterNode } from './filter-node.js';

let facts: FactService | undefined;
const peek = definePlugin({
  id: 'peek',
  compat: '*',
  requires: ['filters'],
  setup: (context) => {
    facts = context.use(factsRef);
    return {};
  },
});
const server = await testRmm({ storage: sqliteStorage({ memory: true }), plugins: [peek] });
afterAll(() => server[Symbol.asyncDispose]());

const EXPRESSIONS: readonly FilterNode[] = [
  { all: [] },
  { any: [] },
  { field: 'status.online', condition: 'isTrue' },
  { field: 'device.tags', condition: 'equals', term: 't1' },
  { field: 'profile.name', condition: 'notEquals', term: 'P0' },
  { field: 'device.groups', condition: 'notEmpty' },
  { field: 'device.enrolledAt', condition: 'olderThanDays', term: 1 },
  { field: 'device.lastSeen', condition: 'withinDays', term: 1 },
  { some: 'software', all: [{ field: 'software.version', condition: 'versionBelow', term: '3' }] },
  { field: 'status.suspended', condition: 'isTrue' },
  { field: 'device.favourite', condition: 'isTrue' },
];

interface World {
  readonly api: RmmApi;
  readonly systemId: string;
  readonly host: Awaited<ReturnType<typeof server.system>>;
  readonly agents: TestAgent[];
  readonly profiles: readonly string[];
  readonly groupId: string;
  /** What a listener believes, by filter: from its first look, and from then on by events alone. */
  readonly believed: Map<string, Set<string>>;
}

/** What the lists show; a filter of favourites differs from user to user, and nobody is told of it. */
async function membersOf({ api }: World, filterId: string): Promise<Set<string>> {
  if (JSON.stringify((await api.filters.get({ filterId })).filter).includes('favourite')) return new Set();
  const { items } = await api.devices.list({ filterId, limit: 1000 });
  return new Set(items.map(({ id }) => id));
}

type Step = readonly [kind: number, one: number, two: number];

async function play(world: World, [kind, one, two]: Step): Promise<void> {
  const { api, agents, profiles, groupId, believed, host, systemId } = world;
  const agent = agents[one % agents.length];
  const deviceIds = [agent?.deviceId ?? ''];
  const profileId = profiles[two % 2] ?? '';
  const filterIds = [...believed.keys()];
  const filterId = filterIds[one % Math.max(1, filterIds.length)] ?? '';
  const filter = EXPRESSIONS[(one + two) % EXPRESSIONS.length] ?? { all: [] };
  const packages = [{ name: 'tool', version: `${one}.${two}`, source: 'dpkg' }];
  const acts = [
    () => agent?.connect(),
    () => agent?.disconnect(),
    () => agent?.audit({ software: { packages } }),
    () => api.devices.move({ deviceIds, profileId }),
    () => api.devices.tag({ deviceIds, add: [`t${two}`], remove: [`t${one % 3}`] }),
    () => api.groups.addDevices({ groupId, deviceIds }),
    () => api.groups.removeDevices({ groupId, deviceIds }),
    () => api.devices.remove({ deviceIds }),
    () => api.devices.restore({ deviceIds }),
    () => api.profiles.update({ profileId, name: `P${one % 2}-${two}` }),
    async () => server.clock.advance(one * 7 * 3_600_000),
    async () => facts?.drop(systemId),
    async () => agents.push(await TestAgent.enrol(server.rmm, host, { profileId, hostname: `pc-${one}` })),
    () => api.filters.update({ filterId, filter }),
    () => api.filters.update({ filterId, scope: two === 0 ? null : [profileId] }),
    () => api.filters.update({ filterId, name: `Renamed ${one} ${filterId}` }),
    async () => {
      const made = await api.filters.create({
        name: `F ${server.rmm.clock.now()} ${one} ${two} ${filterIds.length}`,
        filter,
      });
      believed.set(made.id, await membersOf(world, made.id));
    },
    async () => {
      await api.filters.remove({ filterId });
      await facts?.open(systemId);
      expect(believed.get(filterId)).toEqual(new Set());
      believed.delete(filterId);
    },
  ];
  await acts[kind % acts.length]?.();
}

async function makeWorld(): Promise<World> {
  const host = await server.system();
  const api = server.rmm.as(host);
  const profiles = [];
  for (const name of ['P0', 'P1']) profiles.push((await api.profiles.create({ name })).id);
  const agents = [];
  for (let i = 0; i < 3; i++) {
    agents.push(await TestAgent.enrol(server.rmm, host, { profileId: profiles[i % 2] ?? '', hostname: `pc-${i}` }));
  }
  const groupId = (await api.groups.create({ name: 'G', kind: 'system-devices' })).id;
  const world = { api, host, systemId: host.systemId, agents, profiles, groupId, believed: new Map() };
  for (const [i, filter] of EXPRESSIONS.slice(2, 6).entries()) {
    const { id } = await api.filters.create({ name: `F${i}`, filter });
    world.believed.set(id, await membersOf(world, id));
  }
  return world;
}

test('whoever looks once and then listens knows at any time who is in a filter', async () => {
  const steps = fc.array(fc.tuple(fc.nat(17), fc.nat(6), fc.nat(2)), { minLength: 10, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const world = await makeWorld();
      const faults: string[] = [];
      const off = server.rmm.on('filter.membership', ({ systemId, filterId, deviceId, kind }) => {
        const members = world.believed.get(filterId);
        if (systemId !== world.systemId || !members) return;
        // Nobody enters who is in, or leaves who is not.
        if (members.has(deviceId) !== (kind === 'left')) faults.push(`${deviceId} ${kind} ${filterId} twice`);
        if (kind === 'entered') members.add(deviceId);
        else members.delete(deviceId);
      });
      try {
        for (const step of story) await play(world, step).catch(ignoreRefusals);
        await facts?.open(world.systemId);
        expect(faults).toEqual([]);
        for (const [filterId, members] of world.believed) {
          expect([filterId, members]).toEqual([filterId, await membersOf(world, filterId)]);
        }
      } finally {
        off();
      }
    }),
    { numRuns: 12 },
  );
}, 180_000);

/** Steps that cannot be, as with a suspended device, fail and change nothing. */
function ignoreRefusals(error: unknown): void {
  const refusals = ['NOT_FOUND', 'DEVICE_SUSPENDED', 'INVALID_INPUT', 'CONFLICT', 'FORBIDDEN', 'UNAUTHENTICATED'];
  if (!refusals.includes((error as { code?: string }).code ?? '')) throw error;
}
