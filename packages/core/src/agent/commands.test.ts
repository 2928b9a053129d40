import { createHash } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { type Command, parseEnrolmentToken, type SignedCommand } from '@rmm/protocol';
import { encodeServerFrame } from '@rmm/protocol/codec';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JobServer, SCRIPT } from '../test-support/job-server.js';
import { settle } from '../test-support/raw-link.js';
import { recordedStorage } from '../test-support/recorded-storage.js';
import { provenBy } from './agent-proof.js';

const DAY_MS = 86_400_000;
const storage = () => recordedStorage(sqliteStorage({ memory: true }));
let world: JobServer;
let rows: ReturnType<typeof storage>;

beforeEach(async () => {
  rows = storage();
  world = await JobServer.open({ storage: rows });
});
afterEach(() => world[Symbol.asyncDispose]());

/** Text that does not compress. */
function noise(length: number, seed = 0): string {
  let text = '';
  for (let at = 0; text.length < length; at++) text += createHash('sha512').update(`${seed} ${at}`).digest('base64');
  return text.slice(0, length);
}

const pull = async (actor: unknown, limit = 16) =>
  (await world.server.rmm.call(actor as never, 'agents.pull', { limit })) as {
    items: (SignedCommand & { id: string })[];
    undeliverable: { id: string; code: string }[];
    more: boolean;
  };

describe('a command', () => {
  test("is signed by the key that the System's tokens name, for its device, until it expires", async () => {
    const device = await world.device();
    const { executionIds } = await world.run([device.deviceId], { expiresInMs: 60_000 });
    const { token } = await world.api.enrolments.create({ profileId: world.profileId });
    const { systemKey } = parseEnrolmentToken(token);
    const [item] = (await pull(device.actor)).items;
    const now = world.server.clock.now();
    expect(provenBy(systemKey, 'command', [item?.doc ?? ''], item?.sig ?? '')).toBe(true);
    expect(provenBy(systemKey, 'hello', [item?.doc ?? ''], item?.sig ?? '')).toBe(false);
    expect(JSON.parse(item?.doc ?? '')).toMatchObject({
      v: 1,
      id: executionIds[0],
      systemId: world.host.systemId,
      deviceId: device.deviceId,
      issuedAt: now,
      expiresAt: now + 60_000,
      body: { kind: 'job.run', language: 'shell', script: 'true' },
    });
  });

  test('has a counter above all before it, also when the clock goes back', async () => {
    const device = await world.device();
    const counters: number[] = [];
    for (let round = 0; round < 5; round++) {
      await world.run([device.deviceId]);
      await world.api.devices.requestAudit({ deviceIds: [device.deviceId] });
      world.server.clock.advance(round % 2 === 0 ? 10_000 : 0);
    }
    for (const { counter } of await world.fetch(device)) counters.push(counter);
    expect(counters).toHaveLength(6);
    expect([...new Set(counters)].sort((a, b) => a - b)).toEqual(counters);
  });

  test('that has expired is not handed over for the first time', async () => {
    const device = await world.device();
    const { executionIds } = await world.run([device.deviceId], { expiresInMs: 60_000 });
    world.server.clock.advance(60_000);
    expect(await world.fetch(device)).toEqual([]);
    await settle();
    expect(await world.state(executionIds[0] ?? '')).toBe('expired');
  });

  test('that has expired is handed over again, so that its agent tells what became of it', async () => {
    const device = await world.device();
    const { executionIds } = await world.run([device.deviceId], { expiresInMs: 60_000 });
    await world.fetch(device);
    world.server.clock.advance(120_000);
    await settle();
    expect(await world.state(executionIds[0] ?? '')).toBe('queued');
    expect(await world.fetch(device)).toHaveLength(1);
  });
});

describe('a pull', () => {
  test('brings the oldest first, and says whether there is more', async () => {
    const device = await world.device();
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.push((await world.run([device.deviceId])).executionIds[0] ?? '');
    const first = await pull(device.actor, 3);
    expect([first.items.map(({ id }) => id), first.more]).toEqual([ids.slice(0, 3), true]);
    await device.accept(ids.slice(0, 3));
    const second = await pull(device.actor, 3);
    expect([second.items.map(({ id }) => id), second.more]).toEqual([ids.slice(3), false]);
  });

  test('never brings more than a frame holds', async () => {
    const device = await world.device();
    const text = noise(300_000);
    for (let at = 0; at < 8; at++) await world.run([device.deviceId], { script: { language: 'shell', text } });
    let pulls = 0;
    for (let more = true; more; pulls++) {
      const answer = await pull(device.actor);
      const items = answer.items.map(({ doc, sig }) => ({ doc, sig }));
      expect(encodeServerFrame({ kind: 'commands', items, more: answer.more }).length).toBeLessThan(1_000_000);
      expect(items.length).toBeGreaterThan(0);
      await device.accept(answer.items.map(({ id }) => id));
      more = answer.more;
    }
    expect(pulls).toBe(8);
  });

  test('ends what cannot travel, and brings the rest', async () => {
    const agent = await world.agent();
    const { deviceId = '' } = agent;
    agent.stop();
    await settle();
    const secret = await world.api.variables.set({ name: 'V', value: 'x' });
    const { executionIds } = await world.run([deviceId]);
    await rows.update('variable', { field: 'name', op: 'eq', value: secret.name }, { sealed: 's1.damaged.AAAA' });
    await world.api.devices.requestAudit({ deviceIds: [deviceId] });
    agent.start();
    await world.pass(5000);
    expect(await world.api.executions.get({ executionId: executionIds[0] ?? '' })).toMatchObject({
      state: 'refused',
      reason: { code: 'SECRET_UNREADABLE' },
    });
    expect((await rows.dump()).command).toEqual([]);
    expect((await world.api.audits.get({ deviceId })).auditedAt).not.toBeNull();
  });

  test('ends what is too large for a frame', async () => {
    const device = await world.agent();
    for (let at = 0; at < 80; at++) await world.api.variables.set({ name: `V${at}`, value: noise(32_000, at) });
    const { executionIds } = await world.run([device.deviceId ?? '']);
    await world.pass(3000);
    expect(await world.api.executions.get({ executionId: executionIds[0] ?? '' })).toMatchObject({
      state: 'refused',
      reason: { code: 'PAYLOAD_TOO_LARGE' },
    });
  });
});

describe('what an agent says that it holds', () => {
  test('ends what it accepted and lost with its journal', async () => {
    const device = await world.device();
    const { executionIds } = await world.run([device.deviceId]);
    const [id = ''] = executionIds;
    await world.fetch(device);
    await device.accept([id]);
    await world.connect(device, [id]);
    expect(await world.state(id)).toBe('accepted');
    await world.connect(device, []);
    expect(await world.api.executions.get({ executionId: id })).toMatchObject({
      state: 'error',
      reason: { code: 'AGENT_INTERRUPTED' },
    });
    await world.finish(device, id);
    expect(await world.state(id)).toBe('error');
  });

  test('tells that what was handed over never arrived: it is handed over again', async () => {
    const device = await world.device();
    await world.run([device.deviceId]);
    expect(await world.fetch(device)).toHaveLength(1);
    await world.connect(device, []);
    expect(await world.fetch(device)).toHaveLength(1);
  });

  test('makes good for an acceptance that was lost on the way', async () => {
    const device = await world.device();
    const { executionIds } = await world.run([device.deviceId]);
    await world.fetch(device);
    await world.connect(device, executionIds);
    expect(await world.state(executionIds[0] ?? '')).toBe('accepted');
    expect(await world.fetch(device)).toEqual([]);
  });

  test('is not believed of another computer: what the first one may run goes to no second', async () => {
    const device = await world.device();
    await world.connect(device, [], 'machine one');
    const { executionIds } = await world.run([device.deviceId]);
    await world.fetch(device);
    await world.connect(device, [], 'machine two');
    expect(await world.fetch(device)).toEqual([]);
    expect(await world.api.executions.get({ executionId: executionIds[0] ?? '' })).toMatchObject({
      state: 'error',
      reason: { code: 'DEVICE_CLONED' },
    });
  });
});

describe('the sweep', () => {
  test('is not held up by those that may still report', async () => {
    const devices = await Promise.all(Array.from({ length: 3 }, (_, at) => world.device(`d${at}`)));
    const ids = devices.map(({ deviceId }) => deviceId);
    // Many expired long ago, and are accepted; one expired just now.
    for (let at = 0; at < 200; at++) await world.api.jobs.run({ deviceIds: ids, script: SCRIPT, expiresInMs: 60_000 });
    await rows.update('command', { all: [] }, { state: 'accepted' });
    const { executionIds } = await world.run([ids[0] ?? ''], { expiresInMs: 120_000 });
    world.server.clock.advance(180_000);
    await settle(60);
    expect(await world.state(executionIds[0] ?? '')).toBe('expired');
    expect(await rows.count('command')).toBe(600);
  });

  test('ends what nobody reported on, long after it expired', async () => {
    const device = await world.device();
    const { jobId, executionIds } = await world.run([device.deviceId], { expiresInMs: 60_000 });
    await world.fetch(device);
    await device.accept(executionIds);
    for (const [days, state] of [
      [7, 'accepted'],
      [2, 'error'],
    ] as const) {
      world.server.clock.advance(days * DAY_MS);
      await settle(60);
      expect(await world.state(executionIds[0] ?? '')).toBe(state);
    }
    expect(await world.api.jobs.get({ jobId })).toMatchObject({ status: 'completed', counts: { failed: 1 } });
  }, 180_000);
});

describe('a deleted device', () => {
  test('runs nothing more: what waits ends, and it is told to uninstall itself', async () => {
    const device = await world.device();
    const waiting = await world.run([device.deviceId]);
    await world.api.devices.remove({ deviceIds: [device.deviceId] });
    expect(await world.api.executions.get({ executionId: waiting.executionIds[0] ?? '' })).toMatchObject({
      state: 'cancelled',
      reason: { code: 'DEVICE_SUSPENDED' },
    });
    expect((await world.fetch(device)).map(({ body }) => body.kind)).toEqual(['agent.uninstall']);
  });

  test('ends what its agent held when the agent has gone', async () => {
    const device = await world.device();
    const [running, sent] = [await world.run([device.deviceId]), await world.run([device.deviceId])];
    await world.fetch(device);
    await device.accept(running.executionIds);
    await world.api.devices.remove({ deviceIds: [device.deviceId] });
    const uninstall = (await world.fetch(device)).find(({ body }: Command) => body.kind === 'agent.uninstall');
    await world.finish(device, uninstall?.id ?? '');
    expect(await world.state(running.executionIds[0] ?? '')).toBe('error');
    expect(await world.state(sent.executionIds[0] ?? '')).toBe('cancelled');
    expect(await rows.count('command')).toBe(0);
  });

  test('that is restored in time keeps its agent', async () => {
    const agent = await world.agent();
    const { deviceId = '' } = agent;
    agent.crash();
    await world.api.devices.remove({ deviceIds: [deviceId] });
    await world.api.devices.restore({ deviceIds: [deviceId] });
    agent.start();
    await world.pass(10_000);
    expect([agent.isUninstalled, agent.isOnline]).toEqual([false, true]);
    const { executionIds } = await world.run([deviceId]);
    await world.pass(5000);
    expect(await world.state(executionIds[0] ?? '')).toBe('success');
  });

  test('whose agent comes late is told to uninstall itself, once', async () => {
    const agent = await world.agent();
    const { deviceId = '' } = agent;
    agent.stop();
    await world.api.devices.remove({ deviceIds: [deviceId] });
    await rows.remove('command', { all: [] });
    agent.start();
    await world.pass(10_000);
    expect(agent.isUninstalled).toBe(true);
    expect((await world.api.devices.get({ deviceId })).status).toBe('suspended');
  });
});

test('a server set back to an old database runs nothing twice, and its agents obey it again at once', async () => {
  const runs: string[] = [];
  const agent = await world.agent({
    runScript: ({ id }) => {
      runs.push(id);
      return { afterMs: 1000, exitCode: 0 };
    },
  });
  const { deviceId = '' } = agent;
  const old = await world.run([deviceId]);
  agent.stop();
  await settle();
  const backup = await rows.dump();
  agent.start();
  await world.pass(5000);
  for (let at = 0; at < 20; at++) await world.run([deviceId]);
  await world.pass(30_000);
  expect(runs).toHaveLength(21);
  agent.stop();
  await settle();
  for (const [model, kept] of Object.entries(backup)) {
    await rows.remove(model, { all: [] });
    if (kept.length > 0) await rows.insert(model, kept);
  }
  agent.start();
  await world.pass(5000);
  const fresh = await world.run([deviceId]);
  await world.pass(5000);
  expect(runs).toHaveLength(22);
  expect(await world.state(fresh.executionIds[0] ?? '')).toBe('success');
  expect(await world.api.executions.get({ executionId: old.executionIds[0] ?? '' })).toMatchObject({
    state: 'refused',
    reason: { code: 'COMMAND_REPLAYED' },
  });
});
