import { createClient } from '@rmm/client';
import { CORE_CONTRACTS } from '@rmm/core';
import { type OperationContract, systemClock } from '@rmm/core/ports';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpHandler } from '../http-handler.js';
import { recordingHost } from '../testing/recording-host.js';

const OPERATIONS: Readonly<Record<string, OperationContract>> = {
  'devices.list': CORE_CONTRACTS.devices.list,
  'devices.export': CORE_CONTRACTS.devices.export,
  'variables.set': CORE_CONTRACTS.variables.set,
  'variables.remove': CORE_CONTRACTS.variables.remove,
  'jobs.run': CORE_CONTRACTS.jobs.run,
};
const host = recordingHost(new Map(Object.entries(OPERATIONS)), systemClock);
const handler = httpHandler(host);
const client = createClient({
  baseUrl: 'https://rmm.test/api',
  headers: { authorization: 'Bearer good' },
  fetch: (input, init) => handler(new Request(input, init)),
});

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }).map((value) => JSON.parse(JSON.stringify(value)));
const json = fc.dictionary(text, anyJson, { maxKeys: 4 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const selection = {
  profileId: optional(text),
  search: optional(text),
  favourite: optional(fc.boolean()),
  filter: optional(json),
};

const INPUTS: Readonly<Record<string, fc.Arbitrary<object>>> = {
  'devices.list': fc.record({ ...selection, limit: optional(fc.integer()), offset: optional(fc.integer()) }),
  'devices.export': fc.record({ ...selection, columns: optional(fc.array(text, { minLength: 1, maxLength: 5 })) }),
  'variables.set': fc.record({
    name: fc.string({ unit: 'grapheme', minLength: 1 }),
    value: text,
    masked: optional(fc.boolean()),
  }),
  'variables.remove': fc.record({ name: fc.string({ unit: 'grapheme', minLength: 1 }), profileId: optional(text) }),
  'jobs.run': fc.record({
    deviceIds: fc.array(text),
    script: json,
    variables: fc.dictionary(text, text, { maxKeys: 4 }),
  }),
};

test.each(Object.keys(INPUTS))('%s: what the client is given is what the operation gets', async (name) => {
  await fc.assert(
    fc.asyncProperty(INPUTS[name] ?? fc.constant({}), async (given) => {
      // Browsers take a path segment of one or two dots for a direction; no name in the API may be one.
      fc.pre(!('name' in given) || !/^\.{1,2}$/.test(String(given.name)));
      await client.call(name, { ...given });
      expect(host.calls.at(-1)?.input).toEqual(JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 150 },
  );
});
