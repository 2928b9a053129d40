import { sqliteStorage } from '@rmm/adapters-sqlite';
import { isRmmError } from '@rmm/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { Data } from '../data/data.js';
import { definePlugin } from '../plugin/plugin.js';
import { VisibilityReference } from '../test-support/visibility-reference.js';
import { TestAgent } from '../testing/test-agent.js';
import { testRmm } from '../testing/test-rmm.js';
import type { RoleVisibility } from './access-contract.js';
import { type VisibilityService, visibilityRef } from './visibility-service.js';

const MINUTE = 60_000;
const DEVICES = 7;

const at = (max: number) => fc.nat({ max });
const flag = fc.boolean();
/** Not too many of each, or most roles would show all or nothing. */
const lists = (maxLength: number) =>
  fc.record({
    profiles: fc.subarray([0, 1, 2, 3], { maxLength }),
    groups: fc.subarray([0, 1, 2, 3, 4], { maxLength }),
    filters: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8], { maxLength }),
  });
const role = fc.record({ include: fc.option(lists(2), { freq: 3 }), exclude: lists(1) });
type RolePlan = typeof role extends fc.Arbitrary<infer T> ? T : never;

/** What may happen to a System. Numbers choose among its devices, Profiles, groups and filters. */
const step = fc.oneof(
  fc.record({ do: fc.constant('tag' as const), device: at(DEVICES - 1), on: flag }),
  fc.record({ do: fc.constant('describe' as const), device: at(DEVICES - 1), on: flag }),
  fc.record({ do: fc.constant('audit' as const), device: at(DEVICES - 1), on: flag }),
  fc.record({ do: fc.constant('connect' as const), device: at(DEVICES - 1), on: flag }),
  fc.record({ do: fc.constant('suspend' as const), device: at(DEVICES - 1), on: flag }),
  fc.record({ do: fc.constant('move' as const), device: at(DEVICES - 1), to: at(2) }),
  fc.record({ do: fc.constant('group' as const), device: at(DEVICES - 1), group: at(1), on: flag }),
  fc.record({ do: fc.constant('profiles' as const), members: fc.subarray([0, 1, 2]), group: at(1) }),
  fc.record({ do: fc.constant('filter' as const), filter: at(2), on: flag }),
  fc.record({
    do: fc.constant('remove' as const),
    what: fc.constantFrom('group' as const, 'filter' as const),
    which: at(3),
  }),
  fc.record({ do: fc.constant('advance' as const), hours: fc.constantFrom(1, 25, 49) }),
  fc.record({ do: fc.constant('role' as const), which: at(2), role }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let service: VisibilityService;
let dataOf: (systemId: string) => Data;
const server = await testRmm({
  storage: sqliteStorage({ memory: true }),
  plugins: [
    definePlugin({
      id: 'looker',
      compat: '*',
      requires: ['filters'],
      setup: (context) => {
        service = context.use(visibilityRef);
        dataOf = context.data;
        return {};
      },
    }),
  ],
});

const tagged = (term: string) => ({ field: 'device.tags', condition: 'equals', term }) as const;
const suspendedOrNot = { any: [{ field: 'status.suspended', condition: 'isTrue' } as const, tagged('b')] };

/** A System to which things happen, and roles that look at it. */
class World {
  readonly api: RmmApi;
  readonly systemId: string;
  agents: TestAgent[] = [];
  profiles: string[] = [];
  groups: string[] = [];
  filters: string[] = [];
  roles: RoleVisibility[] = [];

  private constructor(host: Awaited<ReturnType<typeof server.system>>) {
    this.api = server.rmm.as(host);
    this.systemId = host.systemId;
  }

  static async make(roles: readonly RolePlan[]): Promise<World> {
    const host = await server.system();
    const world = new World(host);
    const { api } = world;
    for (const name of ['A', 'B', 'C']) world.profiles.push((await api.profiles.create({ name })).id);
    const [first = '', second = ''] = world.profiles;
    world.groups.push((await api.groups.create({ name: 'S', kind: 'system-devices' })).id);
    world.groups.push((await api.groups.create({ name: 'P', kind: 'profile-devices', profileId: first })).id);
    world.groups.push((await api.groups.create({ name: 'G', kind: 'system-profiles' })).id);
    world.groups.push((await api.groups.create({ name: 'H', kind: 'system-profiles' })).id);
    const filters = [
      { name: 'tagged', filter: tagged('a') },
      { name: 'gone quiet', filter: { field: 'device.lastSeen', condition: 'olderThanDays', term: 1 } as const },
      { name: 'scoped', scope: [second], filter: { field: 'device.description', condition: 'notEmpty' } as const },
      { name: 'own', profileId: first, filter: suspendedOrNot },
      { name: 'marked', filter: { field: 'device.favourite', condition: 'isTrue' } as const },
    ];
    for (const { filter, ...terms } of filters) {
      world.filters.push((await api.filters.create({ ...terms, filter: { all: [filter] } })).id);
    }
    for (let i = 0; i < DEVICES; i++) {
      const profileId = world.profiles[i % 3] ?? '';
      world.agents.push(await TestAgent.enrol(server.rmm, host, { profileId, hostname: `d${i}` }));
    }
    world.roles = roles.map((plan) => world.role(plan));
    return world;
  }

  role({ include, exclude }: RolePlan): RoleVisibility {
    const profiles = [...this.profiles, 'nowhere'];
    const groups = [...this.groups, 'nowhere'];
    const defaults = ['all', 'suspended', 'favourites', 'offline-2-days'].map((id) => `default-${id}`);
    const filters = [...this.filters, ...defaults];
    const set = (plan: RolePlan['exclude']) => ({
      profiles: plan.profiles.map((i) => profiles[i] ?? ''),
      groups: plan.groups.map((i) => groups[i] ?? ''),
      filters: plan.filters.map((i) => filters[i] ?? ''),
    });
    return { include: include && set(include), exclude: set(exclude) };
  }

  async take(what: Step): Promise<void> {
    const { api } = this;
    const agent = 'device' in what ? this.agents[what.device] : undefined;
    const deviceIds = agent ? [agent.deviceId] : [];
    switch (what.do) {
      case 'tag':
        await api.devices.tag({ deviceIds, add: what.on ? ['a'] : ['b'], remove: what.on ? ['b'] : ['a'] });
        return;
      case 'describe':
        await api.devices.update({ deviceId: deviceIds[0] ?? '', description: what.on ? 'text' : '' });
        return;
      case 'audit':
        return agent?.audit(what.on ? {} : { security: { antivirus: [], firewall: [] } });
      case 'connect':
        return what.on ? agent?.connect() : agent?.disconnect();
      case 'suspend':
        await (what.on ? api.devices.remove({ deviceIds }) : api.devices.restore({ deviceIds }));
        return;
      case 'move':
        await api.devices.move({ deviceIds, profileId: this.profiles[what.to] ?? '' });
        return;
      case 'group': {
        const input = { groupId: this.groups[what.group] ?? '', deviceIds };
        await (what.on ? api.groups.addDevices(input) : api.groups.removeDevices(input));
        return;
      }
      case 'profiles': {
        const profileIds = what.members.map((i) => this.profiles[i] ?? '');
        await api.groups.setProfiles({ groupId: this.groups[2 + what.group] ?? '', profileIds });
        return;
      }
      case 'filter': {
        const filter = { all: [what.on ? tagged('a') : ({ field: 'status.online', condition: 'isTrue' } as const)] };
        await api.filters.update({ filterId: this.filters[what.filter] ?? '', filter });
        return;
      }
      case 'remove':
        if (what.what === 'group') await api.groups.remove({ groupId: this.groups[what.which] ?? '' });
        else await api.filters.remove({ filterId: this.filters[what.which] ?? '' });
        return;
      case 'advance':
        server.clock.advance(what.hours * 60 * MINUTE);
        return;
      case 'role':
        this.roles[what.which] = this.role(what.role);
    }
  }
}

/** How often something was visible, and how often not: a comparison of nothing with nothing shows nothing. */
const seen = { visible: 0, hidden: 0 };

async function check(world: World): Promise<void> {
  const { systemId, profiles, agents } = world;
  const reference = await VisibilityReference.read(dataOf(systemId), server.clock.now());
  for (const lists of world.roles) {
    const visibility = await service.of(systemId, lists);
    const wanted = reference.of(lists);
    const of = (ids: readonly string[], shows: (id: string) => boolean) => ids.filter(shows);
    // Who sees everything is not asked whether it exists.
    const ids = [...agents.map(({ deviceId }) => deviceId), ...(visibility.devices ? ['nowhere'] : [])];
    const shown = of(ids, (id) => wanted.device(id));
    const context = JSON.stringify(lists);
    expect(
      of(ids, (id) => visibility.device(id)),
      context,
    ).toEqual(shown);
    if (visibility.devices) expect([...visibility.devices].sort(), context).toEqual(shown.toSorted());
    expect(
      of(profiles, (id) => visibility.profile(id)),
      context,
    ).toEqual(of(profiles, (id) => wanted.profile(id)));
    expect(
      of(profiles, (id) => visibility.wholeProfile(id)),
      context,
    ).toEqual(of(profiles, (id) => wanted.wholeProfile(id)));
    const groups = reference.groups.filter((group) => visibility.group(group));
    expect(groups, context).toEqual(reference.groups.filter((group) => wanted.group(group)));
    for (const id of ids.slice(0, DEVICES)) {
      const { visible, reason } = await service.explain(systemId, lists, id);
      expect(visible, reason).toBe(shown.includes(id));
    }
    seen.visible += shown.length;
    seen.hidden += DEVICES - shown.length;
  }
}

test('roles show what plain set algebra over the rows shows, whatever happens', { timeout: 180_000 }, async () => {
  const roles = fc.array(role, { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(roles, fc.array(step, { minLength: 5, maxLength: 20 }), async (plans, steps) => {
      const world = await World.make(plans);
      await check(world);
      for (const what of steps) {
        // What the rules of the product refuse did not happen.
        await world.take(what).catch((error: unknown) => {
          if (!isRmmError(error)) throw error;
        });
        await check(world);
      }
    }),
    { numRuns: 6 },
  );
  expect(Math.min(seen.visible, seen.hidden)).toBeGreaterThan(20);
  await server[Symbol.asyncDispose]();
});
