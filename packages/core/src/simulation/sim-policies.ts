import { filterModel } from '../filter/filter-models.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { groupModel } from '../hierarchy/hierarchy-models.js';
import { type PolicyRow, type PolicyTarget, policyModel } from '../policy/policy-models.js';
import type { SimWorld } from './sim-world.js';

type Settings = Record<string, unknown>;

export const TAGS = ['red', 'green'] as const;
const MOST_POLICIES = 8;
const MOST_TARGETS = 3;

/** A filter whose devices the reference can tell without any engine. */
export const tagged = (tag: string) => ({ all: [{ field: 'device.tags', condition: 'equals', term: tag }] }) as const;

/** Something of everything to begin with. */
export async function furnish(world: SimWorld): Promise<void> {
  const [profileId] = world.profileIds;
  for (const tag of TAGS) {
    void world.ask('make filter', (api) => api.filters.create({ name: tag, filter: tagged(tag) }));
    const own = { name: tag, filter: tagged(tag), ...(profileId !== undefined && { profileId }) };
    void world.ask('make filter', (api) => api.filters.create(own));
  }
  for (const kind of ['system-devices', 'system-profiles'] as const) {
    void world.ask('make group', (api) => api.groups.create({ name: kind, kind }));
  }
  await world.advance(2000);
  for (let made = 0; made < MOST_POLICIES / 2; made++) await savePolicy(world);
  await world.advance(2000);
  await pushPolicies(world);
}

/** Makes a policy, or changes one. What devices get of it is up to a push. */
export async function savePolicy(world: SimWorld): Promise<void> {
  const { random, data } = world;
  const policies = await data.find(policyModel);
  const known = policies.length === 0 ? undefined : random.pick(policies);
  const terms = { enforced: random.chance(0.3), order: random.between(0, 2), enabled: random.chance(0.9) };
  if (known && (policies.length >= MOST_POLICIES || random.chance(0.6))) {
    const targets = known.level === 'device' ? {} : { targets: await someTargets(world, known) };
    const input = { policyId: known.id, settings: someSettings(world, known.type), ...targets, ...terms };
    void world.ask('update policy', (api) => api.policies.update(input));
    return;
  }
  const place = await somePlace(world);
  if (!place) return;
  const type = random.pick(['agent', 'power', 'monitoring']);
  const targets = place.level === 'device' ? [] : await someTargets(world, { profileId: '', ...place });
  const name = `policy ${world.next()}`;
  void world.ask('create policy', (api) =>
    api.policies.create({ name, type, ...place, targets, settings: someSettings(world, type), ...terms }),
  );
}

async function somePlace(
  world: SimWorld,
): Promise<{ level: PolicyRow['level']; profileId?: string; deviceId?: string } | undefined> {
  const level = world.random.pick(['system', 'system', 'profile', 'device'] as const);
  if (level === 'system') return { level };
  if (level === 'profile') return { level, profileId: world.random.pick(world.profileIds) };
  const active = await world.data.find(deviceModel, { match: { state: 'active' }, fields: ['id'] });
  return active.length === 0 ? undefined : { level, deviceId: world.random.pick(active).id };
}

async function someTargets(world: SimWorld, { profileId }: { profileId: string }): Promise<PolicyTarget[]> {
  const { data, random } = world;
  const filters = await data.find(filterModel, { match: { profileId }, fields: ['id'] });
  const groups = await data.find(groupModel, { match: { profileId }, fields: ['id'] });
  const all: PolicyTarget[] = [
    { kind: 'filter', id: 'default-all' },
    { kind: 'filter', id: 'default-online' },
    ...filters.map(({ id }) => ({ kind: 'filter' as const, id })),
    ...groups.map(({ id }) => ({ kind: 'group' as const, id })),
  ];
  return random.some(all).slice(0, MOST_TARGETS);
}

function someSettings({ random }: SimWorld, type: string): Settings {
  const monitor = (id: string) => ({
    id,
    kind: 'cpu',
    name: `${id} ${random.between(0, 2)}`,
    details: {},
    alert: { priority: 'low' },
  });
  const all: Record<string, Settings> = {
    agent: {
      privacyMode: random.chance(0.5),
      browserMode: random.pick(['user', 'disabled']),
      disableAudits: random.chance(0.3),
      disableIncomingJobs: random.chance(0.2),
    },
    power: { plan: random.pick(['balanced', 'power-saver']), sleepMinutesPluggedIn: random.between(0, 2) },
    monitoring: { monitors: random.some(['a', 'b', 'c']).map(monitor) },
  };
  return Object.fromEntries(Object.entries(all[type] ?? {}).filter(() => random.chance(0.6)));
}

async function onPolicy(world: SimWorld, act: (policy: PolicyRow) => void): Promise<void> {
  const policies = await world.data.find(policyModel);
  if (policies.length > 0) act(world.random.pick(policies));
}

export function pushPolicies(world: SimWorld): Promise<void> {
  return onPolicy(world, ({ id }) => {
    const some = world.random.chance(0.7) ? {} : { policyIds: [id] };
    void world.ask('push', (api) => api.policies.push(some));
  });
}

export function switchPolicy(world: SimWorld): Promise<void> {
  return onPolicy(world, ({ id, level, profileId }) => {
    if (level === 'device') return;
    const where = level === 'profile' ? profileId : world.random.pick(world.profileIds);
    const enabled = world.random.chance(0.5);
    void world.ask('switch policy', (api) => api.policies.switch({ policyId: id, profileId: where, enabled }));
  });
}

export function removePolicy(world: SimWorld): Promise<void> {
  return onPolicy(world, ({ id }) => void world.ask('remove policy', (api) => api.policies.remove({ policyId: id })));
}

export async function suspendMonitoring(world: SimWorld): Promise<void> {
  const active = await world.data.find(deviceModel, { match: { state: 'active' }, fields: ['id'] });
  if (active.length === 0) return;
  const deviceId = world.random.pick(active).id;
  const suspended = world.random.chance(0.6);
  void world.ask('suspend monitoring', (api) => api.policies.suspendMonitoring({ deviceId, suspended }));
}

/** Filters and groups come and change, and devices move between them. */
export async function retarget(world: SimWorld): Promise<void> {
  const { random, data } = world;
  const devices = await data.find(deviceModel, { match: { state: 'active' }, fields: ['id'] });
  const groups = await data.find(groupModel);
  const filters = await data.find(filterModel);
  const profileId = random.chance(0.5) ? undefined : random.pick(world.profileIds);
  const place = profileId === undefined ? {} : { profileId };
  const filter = tagged(random.pick(TAGS));
  const choices: (() => unknown)[] = [
    () => world.ask('make filter', (api) => api.filters.create({ name: `f${world.next()}`, ...place, filter })),
    () => {
      const kind =
        profileId !== undefined ? 'profile-devices' : random.pick(['system-devices', 'system-profiles'] as const);
      return world.ask('make group', (api) => api.groups.create({ name: `g${world.next()}`, kind, ...place }));
    },
  ];
  if (devices.length > 0) {
    const deviceIds = random.some(devices).map(({ id }) => id);
    const add = random.some(TAGS);
    choices.push(() => world.ask('tag', (api) => api.devices.tag({ deviceIds, add, remove: [random.pick(TAGS)] })));
  }
  if (filters.length > 0) {
    const filterId = random.pick(filters).id;
    choices.push(() => world.ask('change filter', (api) => api.filters.update({ filterId, filter })));
  }
  if (groups.length > 0 && devices.length > 0) {
    const { id: groupId, kind } = random.pick(groups);
    const deviceIds = random.some(devices).map(({ id }) => id);
    choices.push(() =>
      world.ask('change group', (api): Promise<unknown> => {
        if (kind === 'system-profiles')
          return api.groups.setProfiles({ groupId, profileIds: random.some(world.profileIds) });
        return random.chance(0.6)
          ? api.groups.addDevices({ groupId, deviceIds })
          : api.groups.removeDevices({ groupId, deviceIds });
      }),
    );
  }
  void random.pick(choices)();
}
