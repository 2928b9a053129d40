import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { makeUser } from '../test-support/furnished-system.js';
import { invalid, JobServer, SCRIPT } from '../test-support/job-server.js';

let world: JobServer;
let api: RmmApi;
beforeEach(async () => {
  world = await JobServer.open();
  api = world.api;
});
afterEach(() => world[Symbol.asyncDispose]());

describe('what a job runs', () => {
  test('is a component or a script, not both and not neither', async () => {
    const { deviceId } = await world.device();
    const { id: componentId } = await api.components.create({ name: 'C', language: 'shell', script: 'x' });
    const deviceIds = [deviceId];
    await expect(api.jobs.run({ deviceIds })).rejects.toMatchObject(invalid('componentId'));
    await expect(api.jobs.run({ deviceIds, componentId, script: SCRIPT })).rejects.toMatchObject(
      invalid('componentId'),
    );
    const monitor = await api.components.create({ name: 'M', kind: 'monitor', language: 'shell', script: 'x' });
    await expect(api.jobs.run({ deviceIds, componentId: monitor.id })).rejects.toMatchObject({
      code: 'COMPONENT_NOT_RUNNABLE',
    });
  });

  test('is what the component was when the job was made', async () => {
    const device = await world.device();
    const { id: componentId } = await api.components.create({ name: 'C', language: 'shell', script: 'old' });
    await world.run([device.deviceId], { script: undefined, componentId } as never);
    await api.components.update({ componentId, script: 'new' });
    expect((await world.fetch(device))[0]?.body).toMatchObject({ script: 'old', component: { name: 'C' } });
  });

  test('needs the right to manage components when it is a script of the moment, also again', async () => {
    const { deviceId } = await world.device();
    const runner = world.server.rmm.as(await makeUser(world, 'runner', { jobs: 'manage', components: 'view' }));
    await expect(runner.jobs.run({ deviceIds: [deviceId], script: SCRIPT })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const { jobId } = await world.run([deviceId]);
    await expect(runner.jobs.relaunch({ jobId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { id: componentId } = await api.components.create({ name: 'C', language: 'shell', script: 'x' });
    const { id } = await runner.jobs.run({ deviceIds: [deviceId], componentId });
    await runner.jobs.relaunch({ jobId: id });
    await api.components.remove({ componentId });
    await expect(runner.jobs.relaunch({ jobId: id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await api.jobs.relaunch({ jobId: id });
  });

  test('is not run by those below its security level', async () => {
    const { deviceId } = await world.device();
    const runner = world.server.rmm.as(await makeUser(world, 'runner', 'manage'));
    const { id: componentId } = await api.components.create({
      name: 'C',
      language: 'shell',
      script: 'x',
      securityLevel: 3,
    });
    await expect(runner.jobs.run({ deviceIds: [deviceId], componentId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { id: jobId } = await api.jobs.run({ deviceIds: [deviceId], componentId });
    await expect(runner.jobs.relaunch({ jobId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
