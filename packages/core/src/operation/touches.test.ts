import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, expect, test } from 'vitest';
import { idSamples } from '../test-support/id-samples.js';
import { probePlugin } from '../test-support/probe-plugin.js';
import { testRmm } from '../testing/test-rmm.js';
import type { OperationContract } from './contract.js';

const server = await testRmm({
  storage: sqliteStorage({ memory: true }),
  plugins: [probePlugin({ seen: [], pause: Promise.resolve() })],
});
afterAll(() => server[Symbol.asyncDispose]());

/** Ids that the door need not look at, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'session.useRole roleId': 'only one’s own roles can be named, which the handler knows',
  'components.create uid': 'names nothing that is there',
  'probe.put id': 'names what is being made',
  'probe.staged id': 'as for probe.put',
  'probe.outside id': 'as for probe.put',
  'filters.create visibleTo': 'roles are no part of what devices hold; the handler refuses those that do not exist',
  'filters.update visibleTo': 'as for filters.create',
};

function exempt({ requires }: OperationContract): string | undefined {
  if (requires === 'host') return 'the host sees everything';
  if (requires === 'agent') return 'an agent names only what is its own, and the handler looks at nothing else';
  if (requires === 'accountadmin') return 'account administrators see everything; handlers refuse what does not exist';
  return undefined;
}

const operations = [...server.rmm.operations].map(([name, contract]) => ({ name, contract }));

test.each(operations)('$name hands every id of its input to the door', ({ name, contract }) => {
  const missed = new Set<string>();
  for (const { input, ids } of idSamples(contract.input)) {
    const touched = new Set(Object.values(contract.touches?.(input as never) ?? {}).flatMap((some) => some ?? []));
    for (const [path, id] of ids) if (!touched.has(id) && !(`${name} ${path}` in EXEMPT)) missed.add(path);
  }
  expect(exempt(contract) === undefined ? [...missed] : []).toEqual([]);
});

test('every exemption is of a field that there is', () => {
  const fields = operations.flatMap(({ name, contract }) =>
    idSamples(contract.input).flatMap(({ ids }) => [...ids.keys()].map((path) => `${name} ${path}`)),
  );
  expect(Object.keys(EXEMPT).filter((field) => !fields.includes(field))).toEqual([]);
});

test('fields named as ids hold ids', () => {
  const named = operations.flatMap(({ name, contract }) =>
    Object.keys(contract.input.properties)
      .filter((field) => /(?:Id|Ids)$/.test(field))
      .map((field) => `${name} ${field}`),
  );
  const known = new Set(
    operations.flatMap(({ name, contract }) =>
      idSamples(contract.input).flatMap(({ ids }) => [...ids.keys()].map((path) => `${name} ${path}`)),
    ),
  );
  // Whoever acted may be a user, a device or none of both: a text to look for.
  expect(named.filter((field) => !known.has(field) && field !== 'activity.list actorId')).toEqual([]);
});
