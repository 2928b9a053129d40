import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { commandModel } from '../agent/command-model.js';
import type { RmmApi } from '../core-api.js';
import { Data } from '../data/data.js';
import { definePlugin } from '../plugin/plugin.js';
import type { Storage } from '../storage/storage.js';
import { settle } from '../test-support/raw-link.js';
import { seededIds } from '../testing/seeded-ids.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { type PolicyDelivery, policyDeliveryRef } from './policy-delivery.js';
import { policyDocumentModel } from './policy-models.js';

let storage: Storage;
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let delivery: PolicyDelivery;
let north: string;
let south: string;

const probe = definePlugin({
  id: 'probe',
  compat: '*',
  requires: ['policies'],
  setup: (context) => {
    delivery = context.use(policyDeliveryRef);
    return {};
  },
});

beforeEach(async () => {
  storage = lasting(sqliteStorage({ memory: true }));
  server = await testRmm({ storage, plugins: [probe] });
  host = await server.system();
  api = server.rmm.as(host);
  north = (await api.profiles.create({ name: 'North' })).id;
  south = (await api.profiles.create({ name: 'South' })).id;
});
afterEach(() => server.rmm.stop());

/** Not lost with the server that uses it. */
function lasting(inner: Storage): Storage {
  onTestFinished(() => inner.close());
  return new Proxy(inner, {
    get: (target, name: keyof Storage) => {
      const value = target[name];
      if (name === 'close') return async () => undefined;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function enrol(hostname: string, profileId = north): Promise<TestAgent> {
  const agent = await TestAgent.enrol(server.rmm, host, { profileId, hostname });
  await agent.connect();
  return agent;
}

type Create = Parameters<RmmApi['policies']['create']>[0];
const EVERYTHING = [{ kind: 'filter' as const, id: 'default-all' }];

/** A policy for every device, pushed. */
async function policy(settings: Record<string, unknown>, more: Partial<Create> = {}) {
  const given = { name: `Policy ${JSON.stringify(settings)}`, level: 'system', targets: EVERYTHING, ...more } as const;
  const made = await api.policies.create({ type: 'agent', settings, ...given });
  await push();
  return made;
}

async function push() {
  const pushed = await api.policies.push();
  await delivery.idle();
  return pushed;
}

const waiting = async (agent: TestAgent) => (await agent.pull()).filter(({ body }) => body.kind === 'policy.apply');
const stateOf = async ({ deviceId }: TestAgent) => (await api.policies.explain({ deviceId })).delivery;

describe('a push', () => {
  test('brings what holds to each device that it changes, once', async () => {
    const [one, two] = [await enrol('one'), await enrol('two', south)];
    await policy({ privacyMode: true }, { level: 'profile', profileId: north });
    expect(await waiting(two)).toEqual([]);
    expect(await waiting(one)).toMatchObject([{ body: { document: { agent: { privacyMode: true } } } }]);
    expect((await stateOf(one)).state).toBe('waiting');
    await one.obey();
    expect(await stateOf(one)).toMatchObject({ state: 'in-force', actual: one.policy?.hash, ignored: [], fault: null });
    await api.policies.create({
      name: 'More',
      type: 'power',
      level: 'system',
      targets: EVERYTHING,
      settings: { plan: 'balanced' },
    });
    expect(await push()).toEqual({ policies: 1, devices: 2 });
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { privacyMode: true }, power: { plan: 'balanced' } });
    expect((await stateOf(one)).ignored).toEqual(['power']);
  });

  test('leaves devices alone for which the settings stay the same', async () => {
    const one = await enrol('one');
    await policy({ privacyMode: true });
    await one.obey();
    await api.policies.create({
      name: 'Same',
      type: 'agent',
      level: 'system',
      targets: EVERYTHING,
      settings: { privacyMode: true },
    });
    expect(await push()).toEqual({ policies: 1, devices: 0 });
    expect(await waiting(one)).toEqual([]);
  });

  test('brings settings that are as deep as they may be, and holds up nobody else’s', async () => {
    const [one, two] = [await enrol('one'), await enrol('two')];
    const nested = (levels: number): object => (levels === 0 ? {} : { inner: nested(levels - 1) });
    const monitor = { id: 'm', kind: 'cpu', name: 'CPU', details: nested(28), alert: { priority: 'high' } };
    const deepest = { type: 'monitoring', settings: { monitors: [monitor] } };
    await api.policies.create({ ...deepest, name: 'Deep', level: 'device', deviceId: one.deviceId });
    const deeper = { monitors: [{ ...monitor, details: nested(29) }] };
    await expect(
      api.policies.create({ ...deepest, settings: deeper, name: 'x', level: 'device', deviceId: one.deviceId }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await policy({ privacyMode: true });
    for (const agent of [one, two]) await agent.obey();
    expect(one.policy?.document).toEqual({ agent: { privacyMode: true }, monitoring: deepest.settings });
    expect(two.policy?.document).toEqual({ agent: { privacyMode: true } });
  });

  test('after push is one command that carries the newest', async () => {
    const one = await enrol('one');
    const { id } = await policy({ privacyMode: true });
    for (const settings of [{ serviceOnly: true }, { disableAudits: true }, { browserMode: 'user' }]) {
      await api.policies.update({ policyId: id, settings });
      await push();
    }
    expect(await waiting(one)).toMatchObject([{ body: { document: { agent: { browserMode: 'user' } } } }]);
  });

  test('follows what an agent is busy with: its end tells that there is more', async () => {
    const one = await enrol('one');
    const { id } = await policy({ privacyMode: true });
    const [command] = await waiting(one);
    await one.accept([command?.id ?? '']);
    await api.policies.update({ policyId: id, settings: { serviceOnly: true } });
    await push();
    expect(await waiting(one)).toEqual([]);
    await finish(one, command);
    await delivery.idle();
    expect(await waiting(one)).toMatchObject([{ body: { document: { agent: { serviceOnly: true } } } }]);
  });
});

async function finish(agent: TestAgent, command: { id: string; body: object } | undefined): Promise<void> {
  const { hash = '' } = (command?.body ?? {}) as { hash?: string };
  const nothing = { exitCode: 0, startedAt: null, stdout: '', stderr: '', stdoutBytes: 0, stderrBytes: 0 };
  const end = { id: command?.id, at: server.clock.now(), outcome: 'exited', ...nothing };
  await server.rmm.call(agent.actor, 'agents.finished', { ...end, policy: { hash, ignored: [] } });
}

describe('without a push', () => {
  test('devices that move, come new, or enter a target get what was pushed', async () => {
    const targets = [
      { kind: 'filter' as const, id: (await api.filters.create({ name: 'Tagged', filter: tagged('vip') })).id },
    ];
    await policy({ privacyMode: true }, { targets });
    await policy({ disableAudits: true }, { level: 'profile', profileId: south });
    const [one, two] = [await enrol('one'), await enrol('two', south)];
    await delivery.idle();
    expect(await waiting(one)).toEqual([]);
    await two.obey();
    expect(two.policy?.document).toEqual({ agent: { disableAudits: true } });

    await api.devices.tag({ deviceIds: [one.deviceId], add: ['vip'] });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { privacyMode: true } });

    await api.devices.move({ deviceIds: [one.deviceId], profileId: south });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { disableAudits: true, privacyMode: true } });

    await api.devices.tag({ deviceIds: [one.deviceId], remove: ['vip'] });
    await api.devices.move({ deviceIds: [one.deviceId], profileId: north });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({});
  });

  test('what was saved and not pushed reaches nobody, also not when its targets change', async () => {
    const groupId = (await api.groups.create({ name: 'VIP', kind: 'system-devices' })).id;
    const one = await enrol('one');
    const { id } = await policy({ privacyMode: true }, { targets: [{ kind: 'group', id: groupId }] });
    await api.policies.update({ policyId: id, settings: { serviceOnly: true } });
    await api.groups.addDevices({ groupId, deviceIds: [one.deviceId] });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { privacyMode: true } });
    await api.groups.removeDevices({ groupId, deviceIds: [one.deviceId] });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({});
  });

  test('edits of filters, of groups of Profiles and of what default filters look at take effect', async () => {
    const one = await enrol('one');
    const filterId = (await api.filters.create({ name: 'Some', filter: tagged('a') })).id;
    const groupId = (await api.groups.create({ name: 'Profiles', kind: 'system-profiles' })).id;
    await policy({ privacyMode: true }, { targets: [{ kind: 'filter', id: filterId }] });
    await policy({ serviceOnly: true }, { targets: [{ kind: 'group', id: groupId }] });
    await policy({ disableAudits: true }, { targets: [{ kind: 'filter', id: 'default-type-server' }] });
    expect(await waiting(one)).toEqual([]);
    await api.filters.update({ filterId, filter: { all: [] } });
    await api.groups.setProfiles({ groupId, profileIds: [north] });
    await api.devices.update({ deviceId: one.deviceId, typeOverride: 'server' });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { privacyMode: true, serviceOnly: true, disableAudits: true } });
    await api.filters.update({ filterId, filter: tagged('a') });
    await api.groups.setProfiles({ groupId, profileIds: [south] });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { disableAudits: true } });
  });

  test('removing a policy, and turning it off for a Profile, take effect at once', async () => {
    const one = await enrol('one');
    const { id } = await policy({ privacyMode: true });
    await one.obey();
    await api.policies.switch({ policyId: id, profileId: north, enabled: false });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({});
    await api.policies.switch({ policyId: id, profileId: north, enabled: true });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { privacyMode: true } });
    await api.policies.remove({ policyId: id });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({});
  });

  test('devices whose monitoring is suspended keep everything but their monitors', async () => {
    const one = await enrol('one');
    const monitor = { id: 'm', kind: 'cpu', name: 'CPU', details: {}, alert: { priority: 'high' } };
    await policy({ monitors: [monitor] }, { type: 'monitoring' });
    await policy({ privacyMode: true });
    const document = async () => {
      await delivery.idle();
      await one.obey();
      return one.policy?.document;
    };
    expect(await document()).toMatchObject({ monitoring: { monitors: [{ id: 'm' }] } });
    await api.policies.suspendMonitoring({ deviceId: one.deviceId, suspended: true });
    expect(await document()).toEqual({ agent: { privacyMode: true } });
    await api.policies.suspendMonitoring({ deviceId: one.deviceId, suspended: false });
    expect(await document()).toMatchObject({ monitoring: { monitors: [{ id: 'm' }] } });
  });

  test('devices that time brings into a default filter are found', async () => {
    const one = await enrol('one');
    await policy({ privacyMode: true }, { targets: [{ kind: 'filter', id: 'default-offline-2-days' }] });
    await one.disconnect();
    server.clock.advance(3 * 86_400_000);
    server.clock.advance(120_000);
    await delivery.idle();
    expect(await waiting(one)).toMatchObject([{ body: { document: { agent: { privacyMode: true } } } }]);
    // Online again it is no longer in the filter, and owed the empty document that it keeps already.
    await one.connect();
    await delivery.idle();
    expect(await waiting(one)).toMatchObject([{ body: { document: {} } }]);
    expect(await stateOf(one)).toMatchObject({ state: 'in-force' });
  });
});

const tagged = (tag: string) => ({ all: [{ field: 'device.tags', condition: 'equals', term: tag }] }) as const;
const storedDocuments = () => new Data(storage, host.systemId).find(policyDocumentModel);
const commands = () => new Data(storage, host.systemId).find(commandModel, { match: { kind: 'policy.apply' } });

describe('agents', () => {
  test('that return with something else get it anew; those that have it are left alone', async () => {
    const one = await enrol('one');
    await policy({ privacyMode: true });
    await one.obey();
    await one.connect();
    await delivery.idle();
    expect(await waiting(one)).toEqual([]);
    one.policy = undefined;
    await one.connect();
    await delivery.idle();
    expect(await waiting(one)).toMatchObject([{ body: { document: { agent: { privacyMode: true } } } }]);
    expect((await api.policies.drift()).items).toMatchObject([{ hostname: 'one', state: 'waiting', actual: null }]);
  });

  test('that cannot take it are told of, and tried again later and when they return', async () => {
    const one = await enrol('one');
    await policy({ privacyMode: true });
    const refuse = async (code: string) => {
      const [command] = await waiting(one);
      const refusal = { id: command?.id ?? 'none', at: server.clock.now(), code, message: 'No room' };
      await server.rmm.call(one.actor, 'agents.refused', refusal);
      await delivery.idle();
    };
    await refuse('AGENT_STORAGE_FULL');
    expect(await waiting(one)).toEqual([]);
    const { items, total, devices } = await api.policies.drift({ state: 'failed', profileId: north });
    expect({ items, total, devices }).toMatchObject({
      total: 1,
      devices: 1,
      items: [{ state: 'failed', fault: { code: 'AGENT_STORAGE_FULL', message: 'No room' } }],
    });
    expect((await api.policies.drift({ profileId: south })).total).toBe(0);
    server.clock.advance(300_000);
    await settled();
    await refuse('COMMAND_UNSUPPORTED');
    server.clock.advance(300_000);
    await settled();
    expect(await waiting(one)).toEqual([]);
    await one.connect();
    await delivery.idle();
    await one.obey();
    expect((await api.policies.drift()).total).toBe(0);
  });

  test('that insist on something else do not keep the server busy', async () => {
    const one = await enrol('one');
    await policy({ privacyMode: true });
    const [command] = await waiting(one);
    await finish(one, { id: command?.id ?? '', body: { hash: 'other' } });
    await delivery.idle();
    expect(await waiting(one)).toEqual([]);
    expect(await stateOf(one)).toMatchObject({ state: 'failed', actual: 'other', fault: { code: 'CONFLICT' } });
  });

  test('that are suspended are to obey nothing until they are restored', async () => {
    const one = await enrol('one');
    await policy({ privacyMode: true });
    await api.devices.remove({ deviceIds: [one.deviceId] });
    await delivery.idle();
    expect(await commands()).toEqual([]);
    expect(await stateOf(one)).toMatchObject({ state: 'unknown', desired: null });
    expect(await api.policies.drift()).toMatchObject({ total: 0, devices: 0 });
    await api.devices.restore({ deviceIds: [one.deviceId] });
    await delivery.idle();
    await one.obey();
    expect(one.policy?.document).toEqual({ agent: { privacyMode: true } });
  });
});

/** Also what a timer set off. */
async function settled(): Promise<void> {
  await settle();
  await delivery.idle();
}

test('a start finds whatever a crash left undone', async () => {
  const one = await enrol('one');
  await policy({ privacyMode: true });
  await one.obey();
  // As if the server had died between a push and its consequences.
  const { id } = await api.policies.create({
    name: 'Late',
    type: 'power',
    level: 'system',
    targets: EVERYTHING,
    settings: { plan: 'balanced' },
  });
  await delivery.stop();
  await api.policies.push({ policyIds: [id] });
  await delivery.idle();
  expect(await waiting(one)).toEqual([]);
  await server.rmm.stop();
  server = await testRmm({ storage, plugins: [probe], ids: seededIds(2) });
  await delivery.idle();
  const again = new TestAgent(server.rmm, one.actor);
  await again.obey();
  expect(again.policy?.document).toEqual({ agent: { privacyMode: true }, power: { plan: 'balanced' } });
});

test('documents that nobody needs any more are forgotten', async () => {
  await enrol('one');
  const { id } = await policy({ privacyMode: true });
  await api.policies.update({ policyId: id, settings: { serviceOnly: true } });
  await push();
  expect((await storedDocuments()).length).toBe(2);
  server.clock.advance(60_000);
  const kept = [{ agent: { serviceOnly: true } }];
  await vi.waitFor(async () => expect((await storedDocuments()).map(({ document }) => document)).toEqual(kept));
});
