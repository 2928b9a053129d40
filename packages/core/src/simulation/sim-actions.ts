import { deviceModel } from '../hierarchy/device-model.js';
import { jobModel } from '../job/job-models.js';
import { pushPolicies, removePolicy, retarget, savePolicy, suspendMonitoring, switchPolicy } from './sim-policies.js';
import type { SimComputer, SimWorld } from './sim-world.js';

type Action = (world: SimWorld) => void | Promise<void>;

/** What may happen, and how often it does. */
const ACTIONS: readonly (readonly [weight: number, name: string, action: Action])[] = [
  [8, 'run', runJob],
  [3, 'cancel', cancelJob],
  [1, 'relaunch', relaunchJob],
  [0.6, 'remove', (world) => withDevices(world, 'remove', (api, deviceIds) => api.devices.remove({ deviceIds }))],
  [0.8, 'restore', (world) => withDevices(world, 'restore', (api, deviceIds) => api.devices.restore({ deviceIds }))],
  [1, 'move', moveDevices],
  [1, 'audit', (world) => withDevices(world, 'audit', (api, deviceIds) => api.devices.requestAudit({ deviceIds }))],
  [1, 'look', look],
  [5, 'save policy', savePolicy],
  [4, 'push', pushPolicies],
  [0.6, 'switch policy', switchPolicy],
  [0.5, 'remove policy', removePolicy],
  [0.4, 'suspend monitoring', suspendMonitoring],
  [5, 'retarget', retarget],
  [0.7, 'enrol', enrol],
  [0.4, 'stop server', ({ server }) => server.stop()],
  [1, 'kill server', ({ server }) => server.kill()],
  [2, 'kill server soon', ({ server, random }) => server.killAfter(random.between(1, 60))],
  [3, 'crash agent', (world) => onComputer(world, ({ agent }) => agent.crash())],
  [5, 'crash agent at a point', (world) => onComputer(world, (computer) => armCrash(world, computer))],
  [1, 'stop agent', (world) => onComputer(world, ({ agent }) => agent.stop())],
  [2, 'lose link', (world) => onComputer(world, (computer) => loseLink(world, computer))],
  [1, 'back up', (world) => onComputer(world, backUp)],
  [0.6, 'put back', (world) => onComputer(world, (computer) => putBack(world, computer))],
  [2, 'flap', (world) => onComputer(world, (computer) => flap(world, computer))],
  [0.8, 'clone', (world) => onComputer(world, (computer) => clone(world, computer))],
  [0.5, 'clock jump', (world) => onComputer(world, (computer) => skew(world, computer))],
  [0.6, 'congestion', ({ wire, random }) => wire.congest(random.between(1000, 60_000))],
];

const CHOICES = ACTIONS.map(([weight, name, action]) => [weight, { name, action }] as const);

/** One thing happens; now and then those that are down come back. */
export async function act(world: SimWorld): Promise<void> {
  const { random, server, computers } = world;
  if (!server.isUp && random.chance(0.5)) {
    world.note('start server');
    await server.start();
  }
  for (const { agent } of computers) if (!agent.isRunning && random.chance(0.15)) agent.start();
  const { name, action } = random.weighted(CHOICES);
  world.note(name);
  await action(world);
}

type Api = Parameters<Parameters<SimWorld['ask']>[1]>[0];

async function withDevices(
  world: SimWorld,
  what: string,
  call: (api: Api, ids: string[]) => Promise<unknown>,
): Promise<void> {
  const rows = await world.data.find(deviceModel, { fields: ['id'] });
  if (rows.length === 0) return;
  const ids = [...new Set([world.random.pick(rows).id, world.random.pick(rows).id])];
  void world.ask(what, (api) => call(api, ids));
}

async function runJob(world: SimWorld): Promise<void> {
  const { random } = world;
  const active = await world.data.find(deviceModel, { match: { state: 'active' }, fields: ['id'] });
  if (active.length === 0) return;
  const targets = random.chance(0.2)
    ? { profileId: random.pick(world.profileIds) }
    : { deviceIds: random.some(active).map(({ id }) => id) };
  const expiresInMs = random.between(60_000, 600_000);
  void world.ask('run', (api) =>
    api.jobs.run({ script: { language: 'shell', text: 'true' }, ...targets, expiresInMs }),
  );
}

async function onJob(
  world: SimWorld,
  what: string,
  call: (api: Api, jobId: string) => Promise<unknown>,
): Promise<void> {
  const jobs = await world.data.find(jobModel, { fields: ['id'], order: [{ field: 'id', dir: 'desc' }], limit: 5 });
  if (jobs.length === 0) return;
  const { id } = world.random.pick(jobs);
  void world.ask(what, (api) => call(api, id));
}

function cancelJob(world: SimWorld): Promise<void> {
  return onJob(world, 'cancel', (api, jobId) => api.jobs.cancel({ jobId }));
}

function relaunchJob(world: SimWorld): Promise<void> {
  const failedOnly = world.random.chance(0.5);
  return onJob(world, 'relaunch', (api, jobId) => api.jobs.relaunch({ jobId, failedOnly }));
}

function moveDevices(world: SimWorld): Promise<void> {
  const profileId = world.random.pick(world.profileIds);
  return withDevices(world, 'move', (api, deviceIds) => api.devices.move({ deviceIds, profileId }));
}

/** Reading must always work, whatever else happens. */
function look(world: SimWorld): void {
  void world.ask('look', async (api) => {
    await api.devices.list({ sortBy: 'device.hostname' });
    await api.jobs.list({ limit: 3 });
    await api.system.dashboard();
  });
}

function enrol(world: SimWorld): void {
  const profileId = world.random.pick(world.profileIds);
  void world
    .ask('enrol', (api) => api.enrolments.create({ profileId, uses: 1 }))
    .then((made) => made && world.addComputer(made.token));
}

async function onComputer(world: SimWorld, action: (computer: SimComputer) => void | Promise<void>): Promise<void> {
  await action(world.random.pick(world.computers));
}

function armCrash({ random }: SimWorld, computer: SimComputer): void {
  computer.pointsLeft = random.between(0, 12);
}

function loseLink(world: SimWorld, { agent }: SimComputer): void {
  world.wire.lose(agent.linkId);
  agent.loseLink();
}

/** What waits to run would run a second time from an older disk, before its agent could ask anybody. */
function backUp(computer: SimComputer): void {
  const { disk } = computer.agent;
  if (disk.in('accepted').length === 0) computer.backup = disk.copy();
}

async function putBack(world: SimWorld, computer: SimComputer): Promise<void> {
  const { agent, backup } = computer;
  if (!backup || !(await world.isAcknowledged(computer))) return;
  agent.crash();
  agent.disk = backup.copy();
  agent.start();
}

/** Comes and goes faster than the server can write it down. */
function flap({ clock, random }: SimWorld, { agent }: SimComputer): void {
  agent.stop();
  agent.start();
  for (let at = 0, times = random.between(1, 4); times > 0; times--) {
    at += random.between(0, 80);
    clock.after(at, () => agent.stop());
    clock.after(at + random.between(0, 10), () => agent.start());
  }
}

/** The second computer has its chance when the first one is away. */
function clone(world: SimWorld, computer: SimComputer): void {
  const { agent, isClone } = computer;
  const { disk } = agent;
  if (isClone || !disk.identity || disk.in('accepted').length > 0) return;
  world.addComputer(undefined, disk.copy(), true);
  if (world.random.chance(0.6)) armCrash(world, computer);
}

function skew({ random }: SimWorld, computer: SimComputer): void {
  computer.skewMs = random.between(-400, 400) * 86_400_000;
}
