import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { JobServer } from '../test-support/job-server.js';
import { settle } from '../test-support/raw-link.js';

let world: JobServer;
let api: RmmApi;
beforeEach(async () => {
  world = await JobServer.open();
  api = world.api;
});
afterEach(() => world[Symbol.asyncDispose]());

const detail = (executionId: string) => api.executions.get({ executionId });

describe('cancelling', () => {
  test('ends at once what no agent was given', async () => {
    const devices = [await world.device('1'), await world.device('2')];
    const { jobId, executionIds } = await world.run(devices.map(({ deviceId }) => deviceId));
    expect(await api.jobs.cancel({ jobId })).toMatchObject({
      status: 'completed',
      colour: 'red',
      counts: { failed: 2 },
    });
    for (const id of executionIds) expect(await detail(id)).toMatchObject({ state: 'cancelled', startedAt: null });
    for (const device of devices) expect(await world.fetch(device)).toEqual([]);
    await expect(api.jobs.cancel({ jobId })).rejects.toMatchObject({ code: 'JOB_FINISHED' });
  });

  test('asks the agent about what it was given, once, and believes what it says', async () => {
    const device = await world.device();
    const { jobId, executionIds } = await world.run([device.deviceId]);
    const [id = ''] = executionIds;
    await world.fetch(device);
    await device.accept([id]);
    expect(await api.jobs.cancel({ jobId })).toMatchObject({ status: 'active' });
    await api.jobs.cancel({ jobId });
    const [order, ...others] = await world.fetch(device);
    expect([order?.body, others]).toEqual([{ kind: 'job.cancel', target: id }, []]);
    // The script was quicker.
    await world.finish(device, id, { exitCode: 0 });
    await world.finish(device, order?.id ?? '', { exitCode: 1 });
    expect(await world.state(id)).toBe('success');
  });

  test('of what was handed over and never arrived ends when the agent says that it has it not', async () => {
    const device = await world.device();
    const { jobId, executionIds } = await world.run([device.deviceId]);
    const [id = ''] = executionIds;
    await world.fetch(device);
    await api.jobs.cancel({ jobId });
    expect(await world.state(id)).toBe('queued');
    const commands = await world.fetch(device);
    expect(commands.map(({ body }) => body.kind)).toEqual(['job.cancel']);
    await world.finish(device, commands[0]?.id ?? '', { exitCode: 1 });
    expect(await world.state(id)).toBe('cancelled');
  });

  test('reaches an agent that comes back long after, before the job can run', async () => {
    const runs: string[] = [];
    const agent = await world.agent({
      runScript: ({ id }) => {
        runs.push(id);
        return { afterMs: 1, exitCode: 0 };
      },
    });
    const { deviceId = '' } = agent;
    agent.stop();
    await settle();
    const { jobId, executionIds } = await world.run([deviceId], { expiresInMs: 30 * 86_400_000 });
    await world.server.rmm.call({ kind: 'agent', systemId: world.host.systemId, deviceId }, 'agents.handOut', {
      ids: executionIds,
    });
    await api.jobs.cancel({ jobId });
    world.server.clock.advance(10 * 86_400_000);
    await settle(60);
    agent.start();
    await world.pass(5000);
    expect(runs).toEqual([]);
    expect(await world.state(executionIds[0] ?? '')).toBe('cancelled');
  });

  test('ends a running script', async () => {
    const agent = await world.agent({ runScript: () => ({ afterMs: 600_000, exitCode: 0 }) });
    const { jobId, executionIds } = await world.run([agent.deviceId ?? '']);
    await world.pass(3000);
    expect(await world.state(executionIds[0] ?? '')).toBe('running');
    await api.jobs.cancel({ jobId });
    await world.pass(3000);
    expect(await detail(executionIds[0] ?? '')).toMatchObject({ state: 'cancelled', startedAt: expect.any(String) });
  });
});
