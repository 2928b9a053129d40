import { sqliteStorage } from '@rmm/adapters-sqlite';
import { isRmmError } from '@rmm/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { makeUser } from '../test-support/furnished-system.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

let server: TestRmm;
let api: RmmApi;
/** May do everything with policies and components, of which it sees those of the lowest security level. */
let clerk: RmmApi;
let seen: string;
let hidden: string;

beforeEach(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  const host = await server.system();
  api = server.rmm.as(host);
  clerk = server.rmm.as(await makeUser({ host, api }, 'clerk', 'manage'));
  const script = { language: 'shell', script: 'true' } as const;
  seen = (await api.components.create({ name: 'Seen', securityLevel: 1, ...script })).id;
  hidden = (await api.components.create({ name: 'Hidden', securityLevel: 5, ...script })).id;
});
afterEach(() => server[Symbol.asyncDispose]());

const monitor = (componentId: string, id = 'm') => ({
  id,
  kind: 'cpu',
  name: 'CPU',
  details: {},
  alert: { priority: 'high' },
  response: { componentId },
});
const settings = (...monitors: unknown[]) => ({ monitors });
const policy = { name: 'P', type: 'monitoring', level: 'system' } as const;

/** What a call is refused with, in words in which no id of a component stands. */
async function refusal(call: Promise<unknown>, id: string) {
  const error: unknown = await call.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (!isRmmError(error, 'INVALID_INPUT')) throw error ?? new Error('It was not refused');
  return JSON.parse(JSON.stringify({ message: error.message, details: error.details }).replaceAll(id, 'ID'));
}

test('a component that a monitor answers with must be there for whoever saves the policy', async () => {
  const { id: policyId } = await clerk.policies.create({ ...policy, settings: settings(monitor(seen)) });
  const model = await api.policies.create({ ...policy, name: 'Model', settings: settings(monitor(hidden)) });
  const ways = (id: string): (() => Promise<unknown>)[] => [
    () => clerk.policies.create({ ...policy, name: 'Q', settings: settings(monitor(seen, 'a'), monitor(id)) }),
    () => clerk.policies.update({ policyId, settings: settings(monitor(seen, 'a'), monitor(id)) }),
    () =>
      clerk.policies.plan({ change: { kind: 'save', policyId, settings: settings(monitor(seen, 'a'), monitor(id)) } }),
  ];
  const told = {
    message: 'Monitoring: settings.monitors[1].response.componentId names no component that there is: "ID"',
    details: {
      issues: [
        { path: '/settings/monitors/1/response/componentId', message: 'names no component that there is: "ID"' },
      ],
    },
  };
  for (const id of [hidden, 'nowhere']) {
    for (const way of ways(id)) expect(await refusal(way(), id)).toEqual(told);
  }
  // What others may name does not come by way of a copy.
  const copy = clerk.policies.create({ ...policy, name: 'Copy', copyOf: model.id });
  expect((await refusal(copy, hidden)).message).toContain('settings.monitors[0].response.componentId');
  // What is there already hinders no other change.
  await clerk.policies.update({ policyId: model.id, description: 'Runs something' });
});

test('so must the component that a monitor runs', async () => {
  const runs = (componentId: unknown) => ({ ...monitor(seen), kind: 'component', details: { componentId } });
  await clerk.policies.create({ ...policy, settings: settings(runs(seen)) });
  const other = { ...policy, name: 'Q' };
  const call = clerk.policies.create({ ...other, settings: settings(runs(hidden)) });
  expect((await refusal(call, hidden)).message).toContain('settings.monitors[0].details.componentId');
});

test('an entry of the log about settings is for those who see what they name', async () => {
  await api.policies.create({ ...policy, settings: settings(monitor(hidden)) });
  const { id: policyId } = await api.policies.create({ ...policy, name: 'Q', settings: settings(monitor(seen)) });
  await api.policies.update({ policyId, settings: settings(monitor(hidden)) });
  const { items } = await clerk.activity.list({ operation: 'policies' });
  expect(items.map(({ operation, input }) => [operation, (input as { name?: string }).name])).toEqual([
    ['policies.create', 'Q'],
  ]);
  expect((await api.activity.list({ operation: 'policies' })).items).toHaveLength(3);
});
