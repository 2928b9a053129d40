import { CORE_CONTRACTS } from '@rmm/core';
import { type OperationContract, systemClock } from '@rmm/core/ports';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpHandler } from './http-handler.js';
import { recordingHost } from './testing/recording-host.js';

const operations = new Map<string, OperationContract>([
  ['devices.list', CORE_CONTRACTS.devices.list],
  ['devices.get', CORE_CONTRACTS.devices.get],
  ['devices.move', CORE_CONTRACTS.devices.move],
  ['notes.remove', CORE_CONTRACTS.notes.remove],
]);
const host = recordingHost(operations, systemClock);
const handler = httpHandler(host, { basePath: '/rmm', trustedProxies: ['loopback'] });

const segment = fc.oneof(
  fc.constantFrom(
    'rmm',
    'api',
    'v1',
    'auth',
    'devices',
    'move',
    'notes',
    'csrf',
    'openapi.json',
    '..',
    '%2e%2e',
    '%',
    '%00',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))),
);
const header = fc.oneof(
  fc.constantFrom(
    'Bearer good',
    'sid=s1',
    'https://rmm.test',
    'null',
    'application/json',
    '1e9',
    '-1',
    '127.0.0.1, ::1',
  ),
  fc.string({ maxLength: 30 }).map((text) => text.replace(/[^\t\x20-\x7e]/g, '')),
);
const NAMES = [
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'content-type',
  'x-rmm-csrf',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
];

test('whatever is asked, however, gets an answer and no fault', async () => {
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'),
    path: fc.array(segment, { maxLength: 7 }),
    query: fc.string({ maxLength: 40 }),
    headers: fc.dictionary(fc.constantFrom(...NAMES), header, { maxKeys: 5 }),
    body: fc.oneof(fc.json(), fc.string(), fc.uint8Array({ maxLength: 60 })),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query, headers, body }) => {
      const hasBody = method !== 'GET' && method !== 'HEAD';
      const init = { method, headers, ...(hasBody && { body: body as BodyInit }) };
      const asked = new Request(`https://rmm.test/${path.join('/')}?${query.replace(/#/g, '')}`, init);
      const response = await handler(asked, { remoteAddress: '127.0.0.1' });
      const text = await response.text();
      expect({ status: response.status, logged: host.logged }).toEqual({
        status: expect.toSatisfy((it) => it < 500),
        logged: [],
      });
      if (response.status >= 400 && method !== 'HEAD') expect(JSON.parse(text)).toHaveProperty('error.code');
    }),
    { numRuns: 1000 },
  );
});
