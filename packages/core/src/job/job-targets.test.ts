import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { invalid, JobServer, SCRIPT } from '../test-support/job-server.js';

let world: JobServer;
let api: RmmApi;
beforeEach(async () => {
  world = await JobServer.open();
  api = world.api;
});
afterEach(() => world[Symbol.asyncDispose]());

describe('the targets of a job', () => {
  test('are of exactly one kind, and some device', async () => {
    const { deviceId } = await world.device();
    const { profileId } = world;
    await expect(api.jobs.run({ script: SCRIPT })).rejects.toMatchObject(invalid('exactly one'));
    await expect(api.jobs.run({ script: SCRIPT, deviceIds: [deviceId], profileId })).rejects.toMatchObject(
      invalid('exactly one'),
    );
    const empty = (await api.profiles.create({ name: 'Empty' })).id;
    await expect(api.jobs.run({ script: SCRIPT, profileId: empty })).rejects.toMatchObject(invalid('no devices'));
  });

  test('may be a Profile, a group, a filter: whoever is in it now', async () => {
    const [one, two] = [await world.device('one'), await world.device('two')];
    const groupId = (await api.groups.create({ name: 'G', kind: 'system-devices' })).id;
    await api.groups.addDevices({ groupId, deviceIds: [two.deviceId] });
    const filter = { field: 'device.hostname', condition: 'equals', term: 'one' } as const;
    const filterId = (await api.filters.create({ name: 'F', filter })).id;
    const devicesOf = async (targets: object) => {
      const { id: jobId } = await api.jobs.run({ script: SCRIPT, ...targets });
      return (await api.jobs.executions({ jobId })).items.map(({ deviceId }) => deviceId).sort();
    };
    expect(await devicesOf({ profileId: world.profileId })).toEqual([one.deviceId, two.deviceId].sort());
    expect(await devicesOf({ groupId })).toEqual([two.deviceId]);
    expect(await devicesOf({ filterId })).toEqual([one.deviceId]);
    await api.devices.remove({ deviceIds: [two.deviceId] });
    expect(await devicesOf({ profileId: world.profileId })).toEqual([one.deviceId]);
    await expect(api.jobs.run({ script: SCRIPT, deviceIds: [one.deviceId, two.deviceId] })).rejects.toMatchObject({
      code: 'DEVICE_SUSPENDED',
    });
  });

  test('of a job again are those that still are, or on which it failed', async () => {
    const [one, two, three] = [await world.device('1'), await world.device('2'), await world.device('3')];
    const devices = [one, two, three];
    const first = await world.run(devices.map(({ deviceId }) => deviceId));
    for (const [at, device] of devices.entries()) {
      await world.fetch(device);
      await world.finish(device, first.executionIds[at] ?? '', { exitCode: at === 0 ? 0 : 1 });
    }
    await api.devices.remove({ deviceIds: [three.deviceId] });
    const devicesOf = async (jobId: string) =>
      (await api.jobs.executions({ jobId })).items.map(({ hostname }) => hostname).sort();
    const failed = await api.jobs.relaunch({ jobId: first.jobId, failedOnly: true });
    expect(await devicesOf(failed.id)).toEqual(['2']);
    expect(await devicesOf((await api.jobs.relaunch({ jobId: first.jobId })).id)).toEqual(['1', '2']);
    await expect(api.jobs.relaunch({ jobId: failed.id, failedOnly: true })).rejects.toMatchObject(
      invalid('failedOnly'),
    );
    await api.devices.remove({ deviceIds: [one.deviceId, two.deviceId] });
    await expect(api.jobs.relaunch({ jobId: first.jobId })).rejects.toMatchObject({ code: 'DEVICE_SUSPENDED' });
  });
});
