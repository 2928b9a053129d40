import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { makeUser } from '../test-support/furnished-system.js';
import { JobServer, SCRIPT } from '../test-support/job-server.js';
import { RawLink, settle } from '../test-support/raw-link.js';
import type { TestAgent } from '../testing/test-agent.js';

let world: JobServer;
let api: RmmApi;
beforeEach(async () => {
  world = await JobServer.open();
  api = world.api;
});
afterEach(() => world[Symbol.asyncDispose]());

const invalid = (words: string) => ({ code: 'INVALID_INPUT', message: expect.stringContaining(words) });
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

describe('variables of a job', () => {
  const variables = [
    { name: 'TEXT', type: 'string', required: true },
    { name: 'COUNT', type: 'number', default: '3' },
    { name: 'DEEP', type: 'boolean' },
    { name: 'MODE', type: 'choice', choices: ['fast', 'slow'], default: 'fast' },
    { name: 'PASSWORD', type: 'secret' },
    { name: 'constructor', type: 'string' },
  ] as const;
  let componentId: string;
  let device: TestAgent;
  beforeEach(async () => {
    const component = { name: 'C', language: 'shell', script: 'x', variables: [...variables] } as const;
    componentId = (
      await api.components.create({ ...component, variables: [...variables].map((one) => ({ ...one })) as never })
    ).id;
    device = await world.device();
  });
  const run = (given: Record<string, string>) =>
    api.jobs.run({ deviceIds: [device.deviceId], componentId, variables: given });
  const environment = async () => {
    const [command] = await world.fetch(device);
    return command?.body.kind === 'job.run' ? command.body.environment : undefined;
  };

  test('reach the script, defaults filled in, over those of Profile and System', async () => {
    await api.variables.set({ name: 'TEXT', value: 'of the System' });
    await api.variables.set({ name: 'PLACE', value: 'System' });
    await api.variables.set({ name: 'PLACE', value: 'Profile', profileId: world.profileId, masked: true });
    await run({ TEXT: 'given', DEEP: 'true', PASSWORD: 'hunter2' });
    expect(await environment()).toEqual({
      TEXT: 'given',
      COUNT: '3',
      DEEP: 'true',
      MODE: 'fast',
      PASSWORD: 'hunter2',
      PLACE: 'Profile',
    });
  });

  test('are sealed where they are kept, and masked where they are recorded', async () => {
    await run({ TEXT: 'x', PASSWORD: 'hunter2' });
    const { items } = await api.activity.list({ operation: 'jobs.run' });
    expect(items[0]?.input).toMatchObject({ variables: '••••' });
    expect(JSON.stringify(items)).not.toContain('hunter2');
  });

  test.each([
    [{}, 'TEXT is missing'],
    [{ TEXT: 'x', COUNT: 'many' }, 'COUNT must be a number'],
    [{ TEXT: 'x', COUNT: ' ' }, 'COUNT must be a number'],
    [{ TEXT: 'x', DEEP: 'yes' }, 'DEEP must be true or false'],
    [{ TEXT: 'x', MODE: 'middling' }, 'MODE must be one of fast, slow'],
    [{ TEXT: 'x', OTHER: 'y' }, 'OTHER is not a variable'],
    [{ TEXT: 'x', toString: 'y' }, 'toString is not a variable'],
    [{ TEXT: 'x\0' }, 'NUL'],
    [{ TEXT: 'x'.repeat(32_769) }, 'variables'],
  ])('must fit: %j', async (given, words) => {
    await expect(run(given as Record<string, string>)).rejects.toMatchObject(invalid(words));
  });

  test('of a script of the moment may have any name that an environment takes', async () => {
    const call = (given: unknown) =>
      api.jobs.run({ deviceIds: [device.deviceId], script: SCRIPT, variables: given as Record<string, string> });
    for (const name of ['1A', 'A-B', 'A B', '', 'A'.repeat(129)]) {
      await expect(call({ [name]: 'x' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`V${at}`, 'x'.repeat(30_000)]));
    await expect(call(many)).rejects.toMatchObject(invalid('in all'));
    await call(JSON.parse('{"__proto__":"a","constructor":"b"}'));
    expect(Object.entries((await environment()) ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

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

describe('lists of jobs', () => {
  async function all(input: Parameters<RmmApi['jobs']['list']>[0]): Promise<string[]> {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.jobs.list({ ...input, ...(cursor !== undefined && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(input?.limit ?? 100);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    return names;
  }

  test('are whole and without repetition, whatever is asked for and however they are paged', async () => {
    const [one, two] = [await world.device('one'), await world.device('two')];
    const made: { name: string; on: string[]; state: 'active' | 'red' | 'green' }[] = [];
    for (let at = 0; at < 36; at++) {
      const on = [[one], [two], [one, two]][at % 3] ?? [one];
      const state = (['active', 'red', 'green'] as const)[at % 4 === 0 ? 0 : (at % 2) + 1] ?? 'active';
      const { executionIds } = await world.run(
        on.map(({ deviceId }) => deviceId),
        { name: `job ${at}` },
      );
      for (const [index, device] of on.entries()) {
        if (state === 'active') continue;
        await world.server.rmm.call(device.actor, 'agents.accepted', { ids: [executionIds[index]] });
        await world.finish(device, executionIds[index] ?? '', { exitCode: state === 'red' ? 1 : 0 });
      }
      made.unshift({ name: `job ${at}`, on: on.map(({ deviceId }) => deviceId), state });
    }
    const expected = (keep: (job: (typeof made)[number]) => boolean) => made.filter(keep).map(({ name }) => name);
    for (const limit of [1, 5, 7, 100]) {
      expect(await all({ limit })).toEqual(expected(() => true));
      expect(await all({ limit, status: 'active' })).toEqual(expected(({ state }) => state === 'active'));
      expect(await all({ limit, colour: 'red' })).toEqual(expected(({ state }) => state === 'red'));
      expect(await all({ limit, colour: 'orange' })).toEqual(expected(({ state }) => state === 'active'));
      const { deviceId } = one;
      expect(await all({ limit, deviceId })).toEqual(expected(({ on }) => on.includes(deviceId)));
      expect(await all({ limit, deviceId, status: 'completed', colour: 'green' })).toEqual(
        expected(({ on, state }) => on.includes(deviceId) && state === 'green'),
      );
    }
  });

  test('of executions are paged and narrowed by state', async () => {
    const devices: TestAgent[] = [];
    for (let at = 0; at < 7; at++) devices.push(await world.device(`d${at}`));
    const { jobId, executionIds } = await world.run(devices.map(({ deviceId }) => deviceId));
    await world.finish(devices[2] as TestAgent, executionIds[2] ?? '');
    const page = await api.jobs.executions({ jobId, limit: 4 });
    const rest = await api.jobs.executions({ jobId, limit: 4, cursor: page.cursor ?? '' });
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([...executionIds].sort());
    expect(rest.cursor).toBeNull();
    expect((await api.jobs.executions({ jobId, state: 'success' })).items.map(({ hostname }) => hostname)).toEqual([
      'd2',
    ]);
  });
});
