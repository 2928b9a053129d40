import { sqliteStorage } from '@rmm/adapters-sqlite';
import { isRmmError } from '@rmm/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RoleVisibility } from '../access/access-contract.js';
import { isUnrestricted } from '../access/visibility.js';
import type { RmmApi } from '../core-api.js';
import type { Data } from '../data/data.js';
import { definePlugin } from '../plugin/plugin.js';
import type { UserActor } from '../port/actor.js';
import { makeUser } from '../test-support/furnished-system.js';
import { settle } from '../test-support/raw-link.js';
import { VisibilityReference } from '../test-support/visibility-reference.js';
import { TestAgent } from '../testing/test-agent.js';
import { testRmm } from '../testing/test-rmm.js';
import type { EventHub } from './event-hub.js';

const DEVICES = 5;
const USERS = 3;

let hub: Pick<EventHub, 'emit'>;
let dataOf: (systemId: string) => Data;
const server = await testRmm({
  storage: sqliteStorage({ memory: true }),
  plugins: [
    definePlugin({
      id: 'teller',
      compat: '*',
      setup: (context) => {
        hub = context.events;
        dataOf = context.data;
        return {};
      },
    }),
  ],
});

const at = (max: number) => fc.nat({ max });
const flag = fc.boolean();
const lists = (maxLength: number) =>
  fc.record({
    profiles: fc.subarray([0, 1, 2], { maxLength }),
    groups: fc.subarray([0, 1], { maxLength }),
    filters: fc.subarray([0], { maxLength: 1 }),
  });
const role = fc.record({ include: fc.option(lists(2), { freq: 4 }), exclude: lists(1) });
type RolePlan = typeof role extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  fc.record({ do: fc.constant('move' as const), device: at(DEVICES - 1), to: at(2) }),
  fc.record({ do: fc.constant('tag' as const), device: at(DEVICES - 1), on: flag }),
  fc.record({ do: fc.constant('group' as const), device: at(DEVICES - 1), on: flag }),
  fc.record({ do: fc.constant('profiles' as const), members: fc.subarray([0, 1, 2]) }),
  fc.record({ do: fc.constant('filter' as const), on: flag }),
  fc.record({ do: fc.constant('show' as const), user: at(USERS - 1), role }),
  fc.record({ do: fc.constant('wear' as const), user: at(USERS - 1), role: at(USERS - 1) }),
  fc.record({ do: fc.constant('blind' as const), user: at(USERS - 1), on: flag }),
  fc.record({ do: fc.constant('trust' as const), user: at(USERS - 1), level: fc.integer({ min: 1, max: 5 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Someone who hears of probes: of devices, of components, or that they are shown other devices. */
class Listener {
  readonly heard: string[] = [];
  #next: (() => void) | undefined;
  #reads = true;
  readonly #stream: AsyncIterator<unknown>;
  readonly #marks = new Map<unknown, () => void>();

  constructor(actor: UserActor) {
    const stream = server.rmm.as(actor).events.subscribe();
    this.#stream = stream[Symbol.asyncIterator]();
    void (async () => {
      for await (const { name, data } of stream) {
        this.#marks.get(data.mark)?.();
        if (name === 'visibility.changed') this.heard.push(name);
        if (name === 'device.changed' || name === 'device.online') this.heard.push(String(data.deviceId));
        if (name === 'component.changed') this.heard.push(String(data.componentId));
        while (!this.#reads) await new Promise<void>((resolve) => (this.#next = resolve));
      }
    })();
  }

  /** Resolves when this mark was heard. */
  hears(mark: number): Promise<void> {
    return new Promise((resolve) => this.#marks.set(mark, resolve));
  }

  close(): void {
    void this.#stream.return?.();
  }

  /** Stops reading, or goes on. */
  read(reads: boolean): void {
    this.#reads = reads;
    if (reads) this.#next?.();
  }
}

interface Shown {
  readonly shown: readonly string[];
  /** Devices to come may be hidden. */
  readonly limited: boolean;
  readonly heard: readonly string[];
}

class World {
  readonly api: RmmApi;
  readonly systemId: string;
  devices: string[] = [];
  profiles: string[] = [];
  groups: string[] = [];
  filterId = '';
  /** By id: the security level that each needs. */
  readonly components = new Map<string, number>();
  users: UserActor[] = [];
  /** An account administrator who views the System as the role of each user. */
  viewers: UserActor[] = [];
  roleIds: string[] = [];

  private constructor(private readonly host: Awaited<ReturnType<typeof server.system>>) {
    this.api = server.rmm.as(host);
    this.systemId = host.systemId;
  }

  static async make(plans: readonly RolePlan[]): Promise<World> {
    const host = await server.system();
    const world = new World(host);
    const { api } = world;
    for (const name of ['A', 'B', 'C']) world.profiles.push((await api.profiles.create({ name })).id);
    world.groups.push((await api.groups.create({ name: 'D', kind: 'system-devices' })).id);
    world.groups.push((await api.groups.create({ name: 'P', kind: 'system-profiles' })).id);
    const filter = { all: [{ field: 'device.tags', condition: 'equals', term: 'a' } as const] };
    world.filterId = (await api.filters.create({ name: 'F', filter })).id;
    for (let i = 0; i < DEVICES; i++) {
      const profileId = world.profiles[i % 3] ?? '';
      world.devices.push((await TestAgent.enrol(server.rmm, host, { profileId, hostname: `d${i}` })).deviceId);
    }
    for (const [i, plan] of plans.entries()) {
      world.users.push(await makeUser({ host: world.host, api }, `u${i}`, 'view', world.role(plan)));
    }
    const roles = (await api.roles.list()).items;
    world.roleIds = plans.map((_, i) => roles.find(({ name }) => name === `Role of u${i}`)?.id ?? '');
    for (const securityLevel of [1, 2, 4]) {
      const given = { name: `C${securityLevel}`, language: 'shell', script: 'true', securityLevel } as const;
      world.components.set((await api.components.create(given)).id, securityLevel);
    }
    const roleIds = roles.filter(({ builtIn }) => builtIn).map(({ id }) => id);
    const admin = { name: 'Admin', email: 'admin@users.example', account: `${host.systemId}-admin`, securityLevel: 3 };
    const { id: userId } = await api.users.create({ ...admin, roleIds });
    world.viewers = world.roleIds.map((viewAs) => ({ kind: 'user', systemId: host.systemId, userId, viewAs }));
    return world;
  }

  role({ include, exclude }: RolePlan): RoleVisibility {
    const set = (plan: RolePlan['exclude']) => ({
      profiles: plan.profiles.map((i) => this.profiles[i] ?? ''),
      groups: plan.groups.map((i) => this.groups[i] ?? ''),
      filters: plan.filters.map(() => this.filterId),
    });
    return { include: include && set(include), exclude: set(exclude) };
  }

  async take(what: Step): Promise<void> {
    const { api } = this;
    const deviceIds = 'device' in what ? [this.devices[what.device] ?? ''] : [];
    const [groupId = '', ofProfiles = ''] = this.groups;
    switch (what.do) {
      case 'move':
        return void (await api.devices.move({ deviceIds, profileId: this.profiles[what.to] ?? '' }));
      case 'tag':
        return void (await api.devices.tag({ deviceIds, [what.on ? 'add' : 'remove']: ['a'] }));
      case 'group':
        return void (await (what.on ? api.groups.addDevices : api.groups.removeDevices).call(api.groups, {
          groupId,
          deviceIds,
        }));
      case 'profiles':
        return void (await api.groups.setProfiles({
          groupId: ofProfiles,
          profileIds: what.members.map((i) => this.profiles[i] ?? ''),
        }));
      case 'filter': {
        const term = what.on ? 'a' : 'b';
        const filter = { all: [{ field: 'device.tags', condition: 'equals', term } as const] };
        return void (await api.filters.update({ filterId: this.filterId, filter }));
      }
      case 'show':
        return void (await api.roles.update({
          roleId: this.roleIds[what.user] ?? '',
          visibility: this.role(what.role),
        }));
      case 'wear':
        return void (await api.users.update({
          userId: this.users[what.user]?.userId ?? '',
          roleIds: [this.roleIds[what.role] ?? ''],
        }));
      case 'blind': {
        const permissions = { devices: what.on ? 'disabled' : 'view', components: 'view' } as const;
        return void (await api.roles.update({ roleId: this.roleIds[what.user] ?? '', permissions }));
      }
      case 'trust':
        return void (await api.users.update({
          userId: this.users[what.user]?.userId ?? '',
          securityLevel: what.level,
        }));
    }
  }

  /** Resolves when these have heard all that was told until now: of themselves, everybody hears. */
  async settled(listeners: readonly Listener[]): Promise<void> {
    const mark = ++marks;
    const heard = listeners.map((listener) => listener.hears(mark));
    for (const { userId } of [...this.users, ...this.viewers.slice(0, 1)]) {
      const event = { systemId: this.systemId, userId, change: 'updated', mark } as const;
      hub.emit('user.changed', event);
    }
    await Promise.all(heard);
  }

  probe(): void {
    const { systemId } = this;
    for (const deviceId of this.devices) hub.emit('device.online', { systemId, deviceId });
    for (const componentId of this.components.keys()) {
      hub.emit('component.changed', { systemId, componentId, change: 'updated' });
    }
  }

  /** The devices that each user and viewer is shown, and of what they may hear. */
  async shown(): Promise<readonly Shown[]> {
    const reference = await VisibilityReference.read(dataOf(this.systemId), server.clock.now());
    const users = (await this.api.users.list()).items;
    const roles = (await this.api.roles.list()).items;
    return [...this.users, ...this.viewers].map(({ userId, viewAs }) => {
      const own = users.find(({ id }) => id === userId);
      const worn = roles.find(({ id }) => id === (viewAs ?? own?.roles[0]?.id));
      if (!own || !worn) throw new Error('A user has no role');
      const shown = this.devices.filter((id) => reference.of(worn.visibility).device(id));
      const limited = !isUnrestricted(worn.visibility);
      const components = [...this.components].filter(([, level]) => level <= own.securityLevel).map(([id]) => id);
      return {
        shown,
        limited,
        heard: worn.permissions.devices === 'disabled' ? components : [...shown, ...components],
      };
    });
  }
}

let marks = 0;
/** How often it mattered: a comparison of nothing with nothing shows nothing. */
const counted = { heard: 0, hidden: 0, told: 0, withheld: 0 };

test('nobody hears of a hidden device, whatever happens, at once or late; everybody hears of the others', {
  timeout: 180_000,
}, async () => {
  const roles = fc.array(role, { minLength: USERS, maxLength: USERS });
  await fc.assert(
    fc.asyncProperty(roles, fc.array(step, { minLength: 5, maxLength: 15 }), async (plans, steps) => {
      const world = await World.make(plans);
      const actors = [...world.users, ...world.viewers];
      const eager = actors.map((actor) => new Listener(actor));
      const late = actors.map((actor) => new Listener(actor));
      await settle();
      for (const what of steps) {
        const before = await world.shown();
        for (const listener of late) listener.read(false);
        // The first is in hand when reading stops; the second waits.
        world.probe();
        await world.settled(eager);
        for (const listener of [...eager, ...late]) listener.heard.length = 0;
        // What the rules of the product refuse did not happen.
        await world.take(what).catch((error: unknown) => {
          if (!isRmmError(error)) throw error;
        });
        const after = await world.shown();
        for (const listener of late) listener.read(true);
        await world.settled([...eager, ...late]);
        for (const [i, { heard }] of late.entries()) {
          for (const id of heard) if (id !== 'visibility.changed') expect(after[i]?.heard).toContain(id);
          counted.withheld += (before[i]?.heard ?? []).filter((id) => !after[i]?.heard.includes(id)).length;
        }
        for (const [i, { heard }] of eager.entries()) {
          for (const id of heard)
            if (id !== 'visibility.changed') expect(after[i]?.heard, JSON.stringify(what)).toContain(id);
        }
        const told = eager.map(({ heard }) => heard.includes('visibility.changed'));
        for (const { heard } of eager) heard.length = 0;
        world.probe();
        await world.settled([...eager, ...late]);
        for (const [i, { heard }] of eager.entries()) {
          const { shown = [], heard: wanted = [], limited } = after[i] ?? {};
          expect(heard, JSON.stringify(what)).toEqual(wanted);
          const other = before[i]?.shown.join() !== shown.join() || before[i]?.limited !== limited;
          expect(told[i], JSON.stringify(what)).toBe(other);
          counted.heard += wanted.length;
          counted.hidden += DEVICES + world.components.size - wanted.length;
          counted.told += told[i] ? 1 : 0;
        }
      }
      for (const listener of [...eager, ...late]) listener.close();
    }),
    { numRuns: 8 },
  );
  expect(Math.min(counted.heard, counted.hidden, counted.told, counted.withheld)).toBeGreaterThan(5);
  await server[Symbol.asyncDispose]();
});
