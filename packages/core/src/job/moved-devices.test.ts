import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { Data } from '../data/data.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { JobServer, SCRIPT } from '../test-support/job-server.js';
import { recordedStorage } from '../test-support/recorded-storage.js';

let world: JobServer;
let api: RmmApi;
let otherId: string;
let rows: Data;
/** Happens before the next transaction begins. */
let meanwhile: (() => Promise<unknown>) | undefined;

beforeEach(async () => {
  meanwhile = undefined;
  const kept = sqliteStorage({ memory: true });
  const storage = recordedStorage(kept);
  const transaction: typeof kept.transaction = async (work) => {
    const first = meanwhile;
    meanwhile = undefined;
    await first?.();
    return kept.transaction(work);
  };
  world = await JobServer.open({ storage: { ...storage, transaction } });
  api = world.api;
  rows = new Data(kept, world.host.systemId);
  otherId = (await api.profiles.create({ name: 'Another customer' })).id;
  await api.variables.set({ profileId: otherId, name: 'VAULT', value: 'of the other', masked: true });
});
afterEach(() => world[Symbol.asyncDispose]());

const detail = (executionId: string) => api.executions.get({ executionId });
const move = (deviceIds: string[], profileId = otherId) => api.devices.move({ deviceIds, profileId });
const MOVED = { code: 'DEVICE_MOVED', message: expect.stringContaining('moved to another Profile') };

test('a job that waits for a device ends when the device moves to another Profile, and says why', async () => {
  const [one, two] = [await world.device('one'), await world.device('two')];
  const { jobId, executionIds } = await world.run([one.deviceId, two.deviceId]);
  const told: string[] = [];
  world.server.rmm.on('execution.changed', ({ executionId, state }) => told.push(`${executionId} ${state}`));
  expect(await move([one.deviceId])).toEqual({ moved: 1, withdrawn: 1 });
  const [first = '', second = ''] = executionIds;
  expect(await detail(first)).toMatchObject({ state: 'cancelled', reason: MOVED, startedAt: null });
  expect(told).toEqual([`${first} cancelled`]);
  expect(await world.fetch(one)).toEqual([]);
  // The other one waits on; with its end the job ends.
  expect(await world.state(second)).toBe('queued');
  expect(await move([one.deviceId, two.deviceId])).toEqual({ moved: 1, withdrawn: 1 });
  expect(await api.jobs.get({ jobId })).toMatchObject({ status: 'completed', counts: { failed: 2 } });
});

test('a move to where the device already is, or one that fails, ends no job', async () => {
  const device = await world.device();
  const { executionIds } = await world.run([device.deviceId]);
  expect(await move([device.deviceId], world.profileId)).toEqual({ moved: 0, withdrawn: 0 });
  await expect(move([device.deviceId, 'nobody'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await world.state(executionIds[0] ?? '')).toBe('queued');
  expect(await world.fetch(device)).toHaveLength(1);
});

test('audits and orders to agents travel on to the new Profile', async () => {
  const device = await world.device();
  await api.devices.requestAudit({ deviceIds: [device.deviceId] });
  expect(await move([device.deviceId])).toEqual({ moved: 1, withdrawn: 0 });
  expect((await world.fetch(device)).map(({ body }) => body.kind)).toContain('audit.run');
});

test('a job made after the move gets the variables of the Profile that the device is in', async () => {
  const device = await world.device();
  await move([device.deviceId]);
  await world.run([device.deviceId]);
  expect((await world.fetch(device))[0]?.body).toMatchObject({ environment: { VAULT: 'of the other' } });
});

test('what was handed over and never arrived is not given again, and ends with the reason', async () => {
  const device = await world.device();
  const { executionIds } = await world.run([device.deviceId]);
  const [id = ''] = executionIds;
  await world.fetch(device);
  expect(await move([device.deviceId])).toEqual({ moved: 1, withdrawn: 1 });
  const [order, ...others] = await world.fetch(device);
  expect([order?.body, others]).toEqual([{ kind: 'job.cancel', target: id }, []]);
  await world.connect(device, []);
  expect(await detail(id)).toMatchObject({ state: 'cancelled', reason: MOVED });
});

test('what the agent turns out to have is called off there, and ends as the agent tells', async () => {
  const device = await world.device();
  for (const [end, expected] of [
    [
      { outcome: 'cancelled', exitCode: null },
      { state: 'cancelled', reason: MOVED },
    ],
    [{ exitCode: 0 }, { state: 'success', reason: null }],
  ] as const) {
    const from = (await api.devices.get({ deviceId: device.deviceId })).profileId;
    const { executionIds } = await world.run([device.deviceId]);
    const [id = ''] = executionIds;
    await world.fetch(device);
    await move([device.deviceId], from === otherId ? world.profileId : otherId);
    await device.accept([id]);
    await world.finish(device, id, end);
    expect(await detail(id)).toMatchObject(expected);
  }
});

test('what the agent has taken over runs to its end, with the variables that it was made for', async () => {
  const device = await world.device();
  const { executionIds } = await world.run([device.deviceId]);
  const [id = ''] = executionIds;
  await world.fetch(device);
  await device.accept([id]);
  expect(await move([device.deviceId])).toEqual({ moved: 1, withdrawn: 0 });
  expect(await world.fetch(device)).toEqual([]);
  await world.finish(device, id);
  expect(await world.state(id)).toBe('success');
});

test('no job is handed over in another Profile than it was made in, whatever moved the device', async () => {
  const device = await world.device();
  const { executionIds } = await world.run([device.deviceId]);
  await rows.update(deviceModel, { id: device.deviceId }, { profileId: otherId });
  const { items, undeliverable } = (await world.server.rmm.call(device.actor, 'agents.pull', { limit: 16 })) as {
    items: unknown[];
    undeliverable: unknown[];
  };
  expect({ items, undeliverable }).toEqual({ items: [], undeliverable: [{ id: executionIds[0], ...MOVED }] });
});

test('a job on a Profile does not reach a device that leaves it in that moment', async () => {
  const [stays, goes] = [await world.device('stays'), await world.device('goes')];
  meanwhile = () => rows.update(deviceModel, { id: goes.deviceId }, { profileId: otherId });
  const { id: jobId } = await api.jobs.run({ profileId: world.profileId, script: SCRIPT });
  const { items } = await api.jobs.executions({ jobId });
  expect(items.map(({ deviceId }) => deviceId)).toEqual([stays.deviceId]);
});
