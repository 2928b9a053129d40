import { setImmediate } from 'node:timers/promises';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { Storage, StorageOps } from '../storage/storage.js';
import { EVERYTHING, PolicyServer } from './test-support/policy-server.js';

let office: PolicyServer;
beforeEach(async () => {
  office = await PolicyServer.open();
});
afterEach(() => office[Symbol.asyncDispose]());

type Create = Parameters<RmmApi['policies']['create']>[0];
const PRIVACY = { privacyMode: true };
const SERVICE = { serviceOnly: true };

test('policies that change back while an agent is busy are not held against it', async () => {
  const one = await office.enrol('one');
  const { id } = await office.policy(PRIVACY);
  await office.change(id, SERVICE);
  const [second] = await office.waiting(one);
  await one.accept([second?.id ?? '']);
  await office.change(id, PRIVACY);
  await office.finish(one, second);
  expect(await office.stateOf(one)).toMatchObject({ state: 'waiting', fault: null });
  await one.obey();
  expect(one.policy?.document).toEqual({ agent: PRIVACY });
});

test('nor is what a command takes along instead of what it was made for', async () => {
  const one = await office.enrol('one');
  const { id } = await office.policy(PRIVACY);
  await one.obey();
  await office.change(id, SERVICE);
  await office.change(id, PRIVACY);
  const [command] = await office.waiting(one);
  await one.accept([command?.id ?? '']);
  await office.change(id, SERVICE);
  await office.finish(one, command);
  expect(await office.stateOf(one)).toMatchObject({ state: 'waiting', fault: null });
  await one.obey();
  expect(one.policy?.document).toEqual({ agent: SERVICE });
});

test('a refusal of what was to be brought before does not keep the next from being brought', async () => {
  const one = await office.enrol('one');
  const { id } = await office.policy(PRIVACY);
  const [command] = await office.waiting(one);
  await office.change(id, SERVICE);
  await office.refuse(one, command, 'PAYLOAD_TOO_LARGE');
  await one.obey();
  expect(one.policy?.document).toEqual({ agent: SERVICE });
  expect(await office.stateOf(one)).toMatchObject({ state: 'in-force', fault: null });
});

test('an agent that refuses for good is asked once more and then left alone', async () => {
  const one = await office.enrol('one');
  const { id } = await office.policy(PRIVACY);
  await office.change(id, SERVICE);
  for (const expected of ['waiting', 'failed']) {
    await office.refuse(one, (await office.waiting(one))[0], 'COMMAND_UNSUPPORTED');
    expect((await office.stateOf(one)).state).toBe(expected);
  }
  expect(await office.waiting(one)).toEqual([]);
});

test('a restored device gets anew what was on its way when it was suspended', async () => {
  const one = await office.enrol('one');
  await office.policy(PRIVACY);
  const [command] = await office.waiting(one);
  await office.server.rmm.call(one.actor, 'agents.handOut', { ids: [command?.id] });
  await office.api.devices.remove({ deviceIds: [one.deviceId] });
  await office.delivery.idle();
  await office.api.devices.restore({ deviceIds: [one.deviceId] });
  await office.delivery.idle();
  await one.obey();
  expect(one.policy?.document).toEqual({ agent: PRIVACY });
});

test('what no database keeps in what an agent tells of its policies does not keep the rest from being stored', async () => {
  const one = await office.enrol('one');
  await office.policy(PRIVACY);
  const strange = 'a\0\ud800';
  await office.finish(one, (await office.waiting(one))[0], { hash: strange, ignored: [strange] });
  const told = { actual: 'a\ufffd\ufffd', ignored: ['a\ufffd\ufffd'] };
  expect(await office.stateOf(one)).toMatchObject({ state: 'failed', ...told });
  one.policy = { hash: `b${strange}`, document: {} };
  await one.connect();
  expect(await office.stateOf(one)).toMatchObject({ actual: 'ba\ufffd\ufffd' });
});

test('drift is listed page by page, longest first', async () => {
  const agents = [await office.enrol('b'), await office.enrol('c'), await office.enrol('a')];
  for (const [at, { deviceId }] of agents.entries()) {
    await office.policy(PRIVACY, { name: `P${at}`, level: 'device', deviceId, targets: [] });
    office.server.clock.advance(1000);
  }
  const page = async (offset: number) => {
    const { total, items } = await office.api.policies.drift({ offset, limit: 2 });
    return [total, ...items.map(({ hostname }) => hostname)];
  };
  expect([await page(0), await page(2), await page(3)]).toEqual([[3, 'b', 'c'], [3, 'a'], [3]]);
  expect((await office.api.policies.drift()).items[0]).toMatchObject({ state: 'waiting', fault: null, online: true });
});

test('policies that are too large for any frame are told of, however well they compress', async () => {
  const one = await office.enrol('one');
  for (let at = 0; at < 9; at++) {
    const monitor = { id: `m${at}`, kind: 'cpu', name: 'CPU', alert: { priority: 'high' } };
    const monitors = [{ ...monitor, details: { text: 'x'.repeat(500 * 1024) } }];
    await office.api.policies.create({
      name: `Large ${at}`,
      type: 'monitoring',
      level: 'system',
      targets: EVERYTHING,
      settings: { monitors },
    });
  }
  await office.push();
  const { items, undeliverable } = (await office.server.rmm.call(one.actor, 'agents.pull', { limit: 16 })) as {
    items: unknown[];
    undeliverable: { code: string; message: string }[];
  };
  expect(items).toEqual([]);
  expect(undeliverable).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE', message: expect.stringMatching(/policies/) }]);
});

test('many large documents are written down in several steps', async () => {
  const sizes: number[] = [];
  await using large = await PolicyServer.open(noting(sqliteStorage({ memory: true }), 'policyDocument', sizes));
  const agents = await Promise.all(Array.from({ length: 12 }, (_, at) => large.enrol(`d${at}`)));
  const create = (id: string, text: string, place: Partial<Create>) => {
    const monitor = { id, kind: 'cpu', name: 'CPU', details: { text }, alert: { priority: 'high' } };
    const given = { name: id, type: 'monitoring', level: 'system', settings: { monitors: [monitor] } } as const;
    return large.api.policies.create({ ...given, ...place });
  };
  for (const id of ['a', 'b']) await create(id, 'x'.repeat(500 * 1024), { targets: EVERYTHING });
  for (const { deviceId } of agents) await create(deviceId, '', { level: 'device', deviceId });
  await large.api.policies.push();
  await settledIn(large);
  // Each is about one megabyte.
  expect(Math.max(...sizes)).toBe(5);
  for (const agent of agents) {
    await agent.obey();
    expect(agent.policy?.document).toMatchObject({ monitoring: { monitors: [{ id: agent.deviceId }, {}, {}] } });
  }
});

/** Lets others have their turn between the steps, as time does. */
async function settledIn({ delivery, server }: PolicyServer): Promise<void> {
  let isIdle = false;
  const idle = delivery.idle().then(() => {
    isIdle = true;
  });
  while (!isIdle) {
    server.clock.advance(1);
    await setImmediate();
  }
  await idle;
}

/** A storage that notes how many rows of a model are put at once. */
function noting(inner: Storage, model: string, sizes: number[]): Storage {
  const transaction: Storage['transaction'] = (work) =>
    inner.transaction((ops) => {
      const put: StorageOps['put'] = (name, rows) => {
        if (name === model) sizes.push(rows.length);
        return ops.put(name, rows);
      };
      return work(new Proxy(ops, { get: (target, name) => (name === 'put' ? put : bound(target, name)) }));
    });
  return new Proxy(inner, { get: (target, name) => (name === 'transaction' ? transaction : bound(target, name)) });
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}
