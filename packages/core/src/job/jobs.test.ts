import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { JobServer } from '../test-support/job-server.js';
import { RawLink } from '../test-support/raw-link.js';

let world: JobServer;
let api: RmmApi;
beforeEach(async () => {
  world = await JobServer.open();
  api = world.api;
});
afterEach(() => world[Symbol.asyncDispose]());

const detail = (executionId: string) => api.executions.get({ executionId });

describe('a job', () => {
  test('goes from queued over accepted and running to its end, and tells each step', async () => {
    const told: string[] = [];
    world.server.rmm.on('execution.changed', ({ state }) => told.push(state));
    world.server.rmm.on('job.changed', () => told.push('job'));
    const device = await world.device('pc-1');
    const { jobId, executionIds } = await world.run([device.deviceId], { name: 'Clean' });
    const [id = ''] = executionIds;
    expect(await api.jobs.get({ jobId })).toMatchObject({
      name: 'Clean',
      status: 'active',
      colour: 'orange',
      devices: 1,
      counts: { waiting: 1, running: 0, succeeded: 0, warned: 0, failed: 0 },
    });
    await world.fetch(device);
    await device.accept([id]);
    const at = world.server.clock.now();
    await world.server.rmm.call(device.actor, 'agents.started', { id, at });
    expect(await api.jobs.get({ jobId })).toMatchObject({ counts: { running: 1 } });
    world.server.clock.advance(2000);
    await world.finish(device, id, { startedAt: at, stdout: 'a\0b\ud800', stdoutBytes: 4 });
    expect(told).toEqual(['job', 'accepted', 'running', 'success', 'job']);
    expect(await api.jobs.get({ jobId })).toMatchObject({
      status: 'completed',
      colour: 'green',
      counts: { succeeded: 1 },
    });
    expect(await detail(id)).toMatchObject({
      state: 'success',
      jobName: 'Clean',
      hostname: 'pc-1',
      exitCode: 0,
      reason: null,
      stdout: 'a\0b\ud800',
      stdoutBytes: 4,
      startedAt: new Date(at).toISOString(),
      finishedAt: new Date(at + 2000).toISOString(),
    });
  });

  test.each([
    [{ outcome: 'exited', exitCode: 0 }, 'success', 'green'],
    [{ outcome: 'exited', exitCode: 3 }, 'error', 'red'],
    [{ outcome: 'exited', exitCode: null }, 'error', 'red'],
    [{ outcome: 'timed-out', exitCode: null }, 'timed-out', 'red'],
    [{ outcome: 'cancelled', exitCode: null }, 'cancelled', 'red'],
    [{ outcome: 'failed', exitCode: null, error: { code: 'SCRIPT_NOT_STARTED', message: 'x' } }, 'error', 'red'],
    [{ outcome: 'failed', exitCode: null, error: { code: 'INTERPRETER_MISSING', message: 'x' } }, 'refused', 'red'],
    [{ outcome: 'failed', exitCode: null, error: { code: 'COMMAND_EXPIRED', message: 'x' } }, 'expired', 'red'],
  ] as const)('that ends with %j is %s', async (end, state, colour) => {
    const device = await world.device();
    const { jobId, executionIds } = await world.run([device.deviceId]);
    await world.fetch(device);
    await world.finish(device, executionIds[0] ?? '', end);
    expect((await detail(executionIds[0] ?? '')).state).toBe(state);
    expect((await api.jobs.get({ jobId })).colour).toBe(colour);
  });

  test('ends once: what comes later changes nothing', async () => {
    const device = await world.device();
    const { executionIds } = await world.run([device.deviceId]);
    const [id = ''] = executionIds;
    await world.fetch(device);
    await world.finish(device, id, { stdout: 'first' });
    await world.finish(device, id, { stdout: 'second', exitCode: 1 });
    await world.server.rmm.call(device.actor, 'agents.started', { id, at: 0 });
    await world.server.rmm.call(device.actor, 'agents.accepted', { ids: [id] });
    await world.server.rmm.call(device.actor, 'agents.refused', { id, at: 0, code: 'INTERNAL', message: 'x' });
    expect(await detail(id)).toMatchObject({ state: 'success', stdout: 'first', exitCode: 0 });
  });

  test('believes no clock that lies outside of what can be', async () => {
    const device = await world.device();
    for (const at of [0, 8_640_000_000_000_000]) {
      const { executionIds } = await world.run([device.deviceId]);
      await world.fetch(device);
      await world.finish(device, executionIds[0] ?? '', { at, startedAt: at });
      const { queuedAt, startedAt, finishedAt } = await detail(executionIds[0] ?? '');
      expect([queuedAt, startedAt, finishedAt]).toEqual([queuedAt, queuedAt, queuedAt]);
    }
  });

  test('keeps a reason that is no proper text, as well as it can be kept', async () => {
    const device = await world.device();
    const { executionIds } = await world.run([device.deviceId]);
    await world.fetch(device);
    const error = { code: 'SCRIPT_NOT_STARTED', message: 'half a \ud83d and \0' } as const;
    await world.finish(device, executionIds[0] ?? '', { outcome: 'failed', exitCode: null, error });
    expect((await detail(executionIds[0] ?? '')).reason?.message).toBe('half a \ufffd and \ufffd');
  });

  test('shows what a running script printed so far, and in the end all of it', async () => {
    const heard: string[] = [];
    world.server.rmm.on('execution.output', ({ text }) => heard.push(text));
    const link = new RawLink(world.transport);
    const { token } = await api.enrolments.create({ profileId: world.profileId });
    const deviceId = (await link.enrol(token)) ?? '';
    await link.hello(deviceId);
    const { executionIds } = await world.run([deviceId]);
    const [id = ''] = executionIds;
    const output = (text: string) => link.send({ kind: 'output', id, stream: 'stdout', offset: 0, text });
    await link.send({ kind: 'pull', limit: 16 });
    await link.send({ kind: 'started', id, at: world.server.clock.now() });
    await output('so ');
    await output('far');
    expect(await detail(id)).toMatchObject({ state: 'running', stdout: 'so far', stdoutBytes: 6 });
    const at = world.server.clock.now();
    const rest = { stderr: '', stdoutBytes: 9, stderrBytes: 0, startedAt: at };
    await link.send({ kind: 'finished', id, at, outcome: 'exited', exitCode: 0, stdout: 'all of it', ...rest });
    await output('too late');
    expect(await detail(id)).toMatchObject({ state: 'success', stdout: 'all of it', stdoutBytes: 9 });
    expect(heard).toEqual(['so ', 'far']);
  });
});
