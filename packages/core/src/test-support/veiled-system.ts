import type { RoleVisibility } from '../access/access-contract.js';
import type { RmmApi } from '../core-api.js';
import type { HostActor, UserActor } from '../port/actor.js';
import { sampleAudit } from '../testing/sample-audit.js';
import { TestAgent } from '../testing/test-agent.js';
import type { TestRmm } from '../testing/test-rmm.js';
import { makeUser } from './furnished-system.js';

/** Stands in every text that belongs to something hidden, and in nothing else. */
export const VEIL = 'zqx';
/** The address of hidden devices. */
export const VEILED_ADDRESS = '198.51.100.77';

/** By the names that operations' inputs have for them. */
export type NamedIds = Readonly<Record<(typeof NAMES)[number], string>>;
const NAMES = [
  'deviceId',
  'profileId',
  'groupId',
  'filterId',
  'noteId',
  'enrolmentId',
  'componentId',
  'jobId',
  'executionId',
  'policyId',
  'probeId',
] as const;

/**
 * A System in which a restricted user sees one Profile whole, another in part, and a third not at all; with one of
 * everything on either side, and things that both sides share.
 */
export interface VeiledSystem {
  readonly host: HostActor & { readonly systemId: string };
  readonly api: RmmApi;
  readonly user: UserActor;
  readonly mine: RmmApi;
  readonly visible: NamedIds;
  readonly hidden: NamedIds;
  /** All ids of what is hidden. */
  readonly veiled: readonly string[];
  readonly agents: { readonly visible: TestAgent; readonly shared: TestAgent; readonly veiled: readonly TestAgent[] };
  /** Groups, jobs and filters that hold devices of both sides, and the Profile that is seen in part. */
  readonly shared: { groupId: string; jobId: string; filterId: string; profileId: string; profileGroupId: string };
}

/** Of what roles can be made. */
export interface Places {
  readonly seen: string;
  readonly part: string;
  readonly dark: string;
  readonly darkGroup: string;
  readonly veiling: string;
}

type Server = Pick<TestRmm<RmmApi>, 'rmm' | 'clock' | 'system'>;

export async function veilSystem(
  server: Server,
  name: string,
  restrict: (places: Places) => RoleVisibility,
): Promise<VeiledSystem> {
  const host = await server.system(`System ${name}`);
  const api = server.rmm.as(host);
  const profile = async (called: string) => (await api.profiles.create({ name: called, description: called })).id;
  const [seen, part, dark] = [await profile(`Seen ${name}`), await profile(`Part ${name}`), await profile(`${VEIL} P`)];
  const enrol = (profileId: string, hostname: string) => TestAgent.enrol(server.rmm, host, { profileId, hostname });
  const agents = {
    visible: await enrol(seen, 'plain-1'),
    shared: await enrol(part, 'plain-2'),
    veiled: [await enrol(dark, `${VEIL}-1`), await enrol(part, `${VEIL}-2`), await enrol(part, `${VEIL}-3`)],
  };
  for (const agent of [agents.visible, agents.shared]) await furnishDevice(api, agent, 'plain', '192.0.2.1');
  for (const agent of agents.veiled) await furnishDevice(api, agent, VEIL, VEILED_ADDRESS);
  const veiledDevices = agents.veiled.map(({ deviceId }) => deviceId);
  const darkGroup = await makeGroup(api, `${VEIL} group`, veiledDevices);
  const veiling = await api.filters.create({
    name: `${VEIL} filter of the role`,
    visibleTo: [],
    filter: { all: [{ field: 'device.tags', condition: 'equals', term: `${VEIL}tag` }] },
  });
  const places = { seen, part, dark, darkGroup, veiling: veiling.id };
  const user = await makeUser({ host, api }, `${name}-restricted`, 'manage', restrict(places));
  await api.users.update({ userId: user.userId, securityLevel: 3 });
  const { visible: agent, veiled } = agents;
  const plainGroup = await makeGroup(api, 'Plain group', [agent.deviceId]);
  const visible = await furnishSide(server, api, 'plain', agent, { profileId: seen, groupId: plainGroup });
  const hidden = await furnishSide(server, api, VEIL, veiled[0] as TestAgent, { profileId: dark, groupId: darkGroup });
  const { shared, veiled: more } = await furnishBoth(server, api, agents, places);
  // Suspended ones are hidden as they were before.
  await api.devices.remove({ deviceIds: veiledDevices.slice(2) });
  const all = [...Object.values(hidden), ...veiledDevices, ...more];
  return { host, api, user, mine: server.rmm.as(user), visible, hidden, veiled: all, agents, shared };
}

async function makeGroup(api: RmmApi, name: string, deviceIds: string[]): Promise<string> {
  const { id: groupId } = await api.groups.create({ name, kind: 'system-devices' });
  await api.groups.addDevices({ groupId, deviceIds });
  return groupId;
}

/** What lies on both sides, and the ids of what of it is hidden. */
async function furnishBoth(
  server: Server,
  api: RmmApi,
  { visible, shared, veiled }: VeiledSystem['agents'],
  { seen, part, dark }: Places,
): Promise<Pick<VeiledSystem, 'shared' | 'veiled'>> {
  const hidden = veiled.map(({ deviceId }) => deviceId);
  const both = [visible.deviceId, shared.deviceId, ...hidden];
  const inDark = await api.groups.create({ name: `${VEIL} inner`, kind: 'profile-devices', profileId: dark });
  const profileGroup = async (name: string, profileIds: string[]) => {
    const { id: groupId } = await api.groups.create({ name, kind: 'system-profiles' });
    await api.groups.setProfiles({ groupId, profileIds });
    return groupId;
  };
  const ofDark = await profileGroup(`${VEIL} Profiles`, [dark]);
  const wide = await api.filters.create({ name: 'Wide', scope: [seen, part, dark], filter: { all: [] } });
  const { jobId } = await runJob(server, api, 'Shared job', both, [visible, ...veiled]);
  const token = await api.enrolments.create({ profileId: part });
  const executions = (await api.jobs.executions({ jobId })).items.filter(({ deviceId }) => hidden.includes(deviceId));
  return {
    veiled: [inDark.id, ofDark, token.id, ...executions.map(({ id }) => id)],
    shared: {
      groupId: await makeGroup(api, 'Shared group', both),
      jobId,
      filterId: wide.id,
      profileId: part,
      profileGroupId: await profileGroup('All Profiles', [seen, part, dark]),
    },
  };
}

/** What hangs on one device. */
async function furnishDevice(api: RmmApi, agent: TestAgent, mark: string, address: string): Promise<void> {
  const deviceIds = [agent.deviceId];
  await agent.connect();
  const { system } = sampleAudit();
  await agent.audit({
    system: { ...system, hostname: `${mark}-${agent.deviceId}`, lastUser: `${mark}-user`, domain: `${mark}.example` },
    network: { adapters: [{ name: `${mark}0`, mac: '02:00:00:00:00:01', addresses: [address] }] },
    software: { packages: [{ name: `${mark}-package`, version: '1', source: 'dpkg' }] },
  });
  await api.devices.tag({ deviceIds, add: [`${mark}tag`] });
  const customFields = [`${mark} field`, null, null, null, null];
  await api.devices.update({ deviceId: agent.deviceId, description: `${mark} description`, customFields });
}

/** One of everything. */
async function furnishSide(
  server: Server,
  api: RmmApi,
  mark: string,
  agent: TestAgent,
  { profileId, groupId }: { readonly profileId: string; readonly groupId: string },
): Promise<NamedIds> {
  const { deviceId } = agent;
  const securityLevel = mark === VEIL ? 5 : 1;
  const filter = { all: [] };
  const script = { language: 'shell', script: `echo ${mark}` } as const;
  await api.variables.set({ name: `V_${mark}`, value: `${mark} value`, profileId });
  const host = { kind: 'host', name: 'test', systemId: agent.actor.systemId } as const;
  await server.rmm.call(host, 'probe.put', { id: `${mark}-probe-${deviceId}`, deviceId });
  return {
    deviceId,
    profileId,
    groupId,
    filterId: (await api.filters.create({ name: `${mark} filter`, profileId, filter })).id,
    noteId: (await api.notes.add({ deviceId, text: `${mark} note` })).id,
    enrolmentId: (await api.enrolments.create({ profileId })).id,
    componentId: (await api.components.create({ name: `${mark} component`, securityLevel, ...script })).id,
    ...(await runJob(server, api, `${mark} job`, [deviceId], [agent])),
    policyId: (
      await api.policies.create({
        name: `${mark} policy`,
        type: 'power',
        level: 'profile',
        profileId,
      })
    ).id,
    probeId: `${mark}-probe-${deviceId}`,
  };
}

/** Runs a job that has ended on these agents, each of which printed its host name. */
async function runJob(
  server: Server,
  api: RmmApi,
  name: string,
  deviceIds: string[],
  ending: readonly TestAgent[],
): Promise<{ jobId: string; executionId: string }> {
  const { id: jobId } = await api.jobs.run({ name, script: { language: 'shell', text: `echo ${name}` }, deviceIds });
  const { items } = await api.jobs.executions({ jobId });
  for (const { actor } of ending) {
    const call = (operation: string, input: unknown) => server.rmm.call(actor, operation, input);
    const { id, hostname } = items.find(({ deviceId }) => deviceId === actor.deviceId) ?? { id: '', hostname: '' };
    await call('agents.pull', { limit: 16 });
    await call('agents.handOut', { ids: [id] });
    const at = server.clock.now();
    const out = { stdout: `${hostname} out`, stderr: '', stdoutBytes: 9, stderrBytes: 0 };
    await call('agents.finished', { id, at, outcome: 'exited', exitCode: 0, startedAt: at, ...out });
  }
  return { jobId, executionId: items[0]?.id ?? '' };
}
