import { CORE_CONTRACTS } from '@rmm/core';
import { type OperationContract, systemClock } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { type HttpHandler, httpHandler } from './http-handler.js';
import { type RecordingHost, recordingHost } from './testing/recording-host.js';

const OPERATIONS = new Map<string, OperationContract>(
  Object.entries(CORE_CONTRACTS).flatMap(([feature, contracts]) =>
    Object.entries(contracts).map(([verb, contract]): [string, OperationContract] => [`${feature}.${verb}`, contract]),
  ),
);
const TOKEN = { authorization: 'Bearer good' };
const COOKIE = { cookie: 'sid=s1' };
const OWN = 'https://rmm.test';

let host: RecordingHost;
let handler: HttpHandler;
beforeEach(() => {
  host = recordingHost(OPERATIONS, systemClock);
  handler = httpHandler(host);
});

const ask = (path: string, init: RequestInit = {}) => handler(new Request(OWN + path, init));
const post = (path: string, body: unknown, headers: Record<string, string> = TOKEN, method = 'POST') =>
  ask(path, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const errorOf = async (response: Response) => ((await response.json()) as { error: RmmError }).error;
const lastInput = () => host.calls.at(-1)?.input;

describe('inputs', () => {
  test('path, query and their types reach the operation', async () => {
    const response = await ask('/api/v1/devices?limit=5&favourite=true&search=12&offset=x', { headers: TOKEN });
    expect(response.status).toBe(200);
    expect(host.calls).toEqual([
      {
        actor: { kind: 'user', systemId: 'sys1', userId: 'ann' },
        name: 'devices.list',
        input: { limit: 5, favourite: true, search: '12', offset: 'x' },
      },
    ]);
  });

  test('lists are repeated keys, objects JSON', async () => {
    const filter = { all: [{ field: 'hostname', condition: 'equals', term: 'a b' }] };
    await ask(`/api/v1/devices.csv?columns=hostname&columns=ip&filter=${encodeURIComponent(JSON.stringify(filter))}`, {
      headers: TOKEN,
    });
    expect(lastInput()).toEqual({ columns: ['hostname', 'ip'], filter });
    await ask('/api/v1/devices.csv?columns=hostname', { headers: TOKEN });
    expect(lastInput()).toEqual({ columns: ['hostname'] });
  });

  test('unknown fields are left for the door to refuse', async () => {
    await ask('/api/v1/devices?colour=red&__proto__=x', { headers: TOKEN });
    expect(Object.entries(lastInput() as object)).toEqual([
      ['colour', 'red'],
      ['__proto__', 'x'],
    ]);
  });

  test('path parameters are decoded and join the body', async () => {
    await post('/api/v1/variables/A%20B', { value: 'x' }, TOKEN, 'PUT');
    expect(lastInput()).toEqual({ name: 'A B', value: 'x' });
    await ask('/api/v1/devices/d1/notes/n1', { method: 'DELETE', headers: TOKEN });
    expect(lastInput()).toEqual({ deviceId: 'd1', noteId: 'n1' });
  });

  test.each([
    ['a value given twice', '/api/v1/devices?limit=1&limit=2', 'limit'],
    ['malformed JSON in the query', '/api/v1/devices?filter={', 'filter'],
    ['JSON nested without end', `/api/v1/devices?filter=${'['.repeat(5000)}`, 'filter'],
    ['a path parameter repeated otherwise in the query', '/api/v1/devices/d1?deviceId=d2', 'deviceId'],
    ['broken percent-encoding', '/api/v1/devices/%E0%A4%A', 'deviceId'],
  ])('%s is refused, naming the field', async (_, path, field) => {
    const response = await ask(path, { headers: TOKEN });
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: `/${field}` }] } });
    expect(error.message).toContain(field);
    expect(host.calls).toEqual([]);
  });

  test.each([
    ['malformed JSON', '{"name": ', 400, 'INVALID_INPUT'],
    ['a list', '[1]', 400, 'INVALID_INPUT'],
    ['null', 'null', 400, 'INVALID_INPUT'],
    ['JSON nested without end', `{"a":${'['.repeat(200_000)}`, 400, 'INVALID_INPUT'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 400, 'INVALID_INPUT'],
  ])('a body of %s is refused', async (_, body, status, code) => {
    const headers = { ...TOKEN, 'content-type': 'application/json' };
    const response = await ask('/api/v1/profiles', { method: 'POST', headers, body });
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({ code });
    expect(host.calls).toEqual([]);
  });

  test('brackets within texts do not count as nesting', async () => {
    expect((await post('/api/v1/profiles', { name: `"\\${'['.repeat(500)}` })).status).toBe(200);
    expect(lastInput()).toEqual({ name: `"\\${'['.repeat(500)}` });
  });

  test('only JSON in UTF-8 is a body', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1']) {
      const headers = { ...TOKEN, 'content-type': type };
      const response = await ask('/api/v1/profiles', { method: 'POST', headers, body: '{"name":"A"}' });
      expect([response.status, (await errorOf(response)).code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
    const headers = { ...TOKEN, 'content-type': 'application/json;charset=UTF-8' };
    expect((await ask('/api/v1/profiles', { method: 'POST', headers, body: '{"name":"A"}' })).status).toBe(200);
  });

  test('no body is an empty input', async () => {
    expect((await ask('/api/v1/jobs/j1/cancel', { method: 'POST', headers: TOKEN })).status).toBe(200);
    expect(lastInput()).toEqual({ jobId: 'j1' });
  });

  test('bodies over the limit are refused, declared or not', async () => {
    handler = httpHandler(host, { maxBodyBytes: 1000 });
    const big = { name: 'x'.repeat(2000) };
    const declared = await post('/api/v1/profiles', big, { ...TOKEN, 'content-length': '2011' });
    expect([declared.status, (await errorOf(declared)).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const streamed = await post('/api/v1/profiles', big);
    expect(await errorOf(streamed)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', details: { maxBytes: 1000 } });
    expect(host.calls).toEqual([]);
  });

  test('a query on a call with a body is refused', async () => {
    const response = await post('/api/v1/profiles?name=B', { name: 'A' });
    expect(await errorOf(response)).toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: '/name' }] } });
  });
});

describe('routes', () => {
  test('a literal segment goes before a parameter, whatever the method', async () => {
    await post('/api/v1/devices/move', { deviceIds: ['d1'], profileId: 'p1' });
    await ask('/api/v1/devices/move', { headers: TOKEN });
    expect(host.calls.map(({ name, input }) => [name, input])).toEqual([
      ['devices.move', { deviceIds: ['d1'], profileId: 'p1' }],
      ['devices.get', { deviceId: 'move' }],
    ]);
  });

  test.each([
    '/api/v1/nothing',
    '/api/v1/',
    '/api/v1/devices/',
    '/api/v1/devices//audit',
    '/api/v2/devices',
    '/api',
    '/',
  ])('%s is not found', async (path) => {
    const response = await ask(path, { headers: TOKEN });
    expect([response.status, (await errorOf(response)).code]).toEqual([404, 'UNKNOWN_OPERATION']);
  });

  test('a wrong method is told the right ones', async () => {
    const response = await post('/api/v1/devices', {});
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(await errorOf(response)).toMatchObject({ code: 'UNKNOWN_OPERATION' });
  });

  test('HEAD answers like GET without a body, OPTIONS tells the methods', async () => {
    const head = await ask('/api/v1/devices/d1', { method: 'HEAD', headers: TOKEN });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-type')).toBe('application/json');
    const options = await ask('/api/v1/devices/d1', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, PATCH, HEAD, OPTIONS']);
  });

  test('operations without a route are not reachable', async () => {
    expect((await ask('/api/v1/systems', { headers: TOKEN })).status).toBe(404);
  });

  test('every route of core leads to its operation', async () => {
    for (const [name, { route, kind }] of OPERATIONS) {
      if (!route || kind === 'stream') continue;
      const [method = '', path = ''] = route.split(' ');
      await ask(`/api/v1${path.replace(/:\w+/g, 'x1')}`, { method, headers: TOKEN });
      expect(host.calls.at(-1)?.name).toBe(name);
    }
  });
});

describe('answers', () => {
  test('carry the API’s headers', async () => {
    const { headers } = await ask('/api/v1/devices/d1', { headers: TOKEN });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });

  test('a file output of a file route is a download', async () => {
    host.answer = () => ({ filename: 'Geräte "1".csv', mediaType: 'text/csv', text: 'hostname\r\nä\r\n' });
    const response = await ask('/api/v1/devices.csv', { headers: TOKEN });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="Ger_te _1_.csv"; filename*=UTF-8''Ger%C3%A4te%20%221%22.csv`,
    );
    expect(await response.text()).toBe('hostname\r\nä\r\n');
  });

  test('errors have their status, body and headers', async () => {
    host.answer = () => {
      throw new RmmError('IN_USE', 'Used by 2 users.', { details: { users: ['u1'] } });
    };
    const response = await ask('/api/v1/roles/r1', { method: 'DELETE', headers: TOKEN });
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      error: { code: 'IN_USE', message: 'Used by 2 users.', details: { users: ['u1'] } },
    });
    host.answer = () => {
      throw new RmmError('RATE_LIMITED', 'Slow down.', { details: { retryAfterMs: 2500 } });
    };
    expect((await ask('/api/v1/session', { headers: TOKEN })).headers.get('retry-after')).toBe('3');
  });

  test('unexpected faults are logged under an incident and not told', async () => {
    for (const fault of [new TypeError('password=hunter2'), new RmmError('STORAGE_UNWRITABLE', 'hunter2'), 'hunter2']) {
      host.answer = () => {
        throw fault;
      };
      const response = await ask('/api/v1/session', { headers: TOKEN });
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).not.toContain('hunter2');
      const { incident } = JSON.parse(text).error.details;
      expect(host.logged.at(-1)).toMatchObject({ meta: { incident, error: expect.stringContaining('hunter2') } });
    }
  });

  test('an incident that the host has reported already keeps its id', async () => {
    host.answer = () => {
      throw new RmmError('INTERNAL', 'Broken.', { details: { incident: 'i-1', stack: 'secret' } });
    };
    const response = await ask('/api/v1/session', { headers: TOKEN });
    expect((await errorOf(response)).details).toEqual({ incident: 'i-1' });
    expect(host.logged).toEqual([]);
  });
});

describe('who may call', () => {
  test('nobody without credentials, nor without an authenticator', async () => {
    const response = await ask('/api/v1/devices');
    expect([response.status, (await errorOf(response)).code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    host.authenticator = undefined;
    expect((await ask('/api/v1/devices', { headers: TOKEN })).status).toBe(401);
    expect((await ask('/api/auth/sign-in', { method: 'POST' })).status).toBe(404);
    expect(host.calls).toEqual([]);
  });

  test('a cookie reads, but changes only with origin and token', async () => {
    expect((await ask('/api/v1/devices', { headers: COOKIE })).status).toBe(200);
    const { token } = (await (await ask('/api/v1/csrf', { headers: COOKIE })).json()) as { token: string };
    const change = async (headers: Record<string, string>) => {
      const response = await post('/api/v1/profiles', { name: 'A' }, { ...COOKIE, ...headers });
      return response.ok ? 'done' : (await errorOf(response)).code;
    };
    const own = { origin: OWN, 'x-rmm-csrf': token };
    expect(await change(own)).toBe('done');
    expect(await change({ 'sec-fetch-site': 'same-origin', 'x-rmm-csrf': token })).toBe('done');
    expect(await change({ 'x-rmm-csrf': token })).toBe('ORIGIN_REFUSED');
    expect(await change({ ...own, origin: 'https://evil.test' })).toBe('ORIGIN_REFUSED');
    expect(await change({ ...own, origin: 'null' })).toBe('ORIGIN_REFUSED');
    expect(await change({ ...own, origin: 'http://rmm.test' })).toBe('ORIGIN_REFUSED');
    expect(await change({ 'sec-fetch-site': 'same-site', 'x-rmm-csrf': token })).toBe('ORIGIN_REFUSED');
    expect(await change({ origin: OWN })).toBe('CSRF_TOKEN_REFUSED');
    expect(await change({ ...own, 'x-rmm-csrf': `${token}x` })).toBe('CSRF_TOKEN_REFUSED');
    expect(await change({ ...own, cookie: 'sid=s2' })).toBe('CSRF_TOKEN_REFUSED');
  });

  test('a cookie does not read for another site', async () => {
    const response = await ask('/api/v1/devices', { headers: { ...COOKIE, 'sec-fetch-site': 'cross-site' } });
    expect((await errorOf(response)).code).toBe('ORIGIN_REFUSED');
    expect((await ask('/api/v1/devices.csv', { headers: { ...COOKIE, 'sec-fetch-site': 'none' } })).status).toBe(200);
  });

  test('a POST that only asks needs no token; a token caller needs none at all', async () => {
    const filter = { filter: { all: [] } };
    expect((await post('/api/v1/filters/evaluate', filter, { ...COOKIE, origin: OWN })).status).toBe(200);
    expect((await post('/api/v1/profiles', { name: 'A' })).status).toBe(200);
    expect(await (await ask('/api/v1/csrf', { headers: TOKEN })).json()).toEqual({ token: null });
    expect((await ask('/api/v1/csrf')).status).toBe(401);
    expect((await ask('/api/v1/csrf', { method: 'DELETE', headers: TOKEN })).status).toBe(405);
  });

  test('allowed origins get CORS answers, others none', async () => {
    handler = httpHandler(host, { allowedOrigins: ['https://desk.test'] });
    const preflight = await ask('/api/v1/profiles', { method: 'OPTIONS', headers: { origin: 'https://desk.test' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://desk.test');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-rmm-csrf, x-rmm-view-as');
    const { token } = (await (await ask('/api/v1/csrf', { headers: COOKIE })).json()) as { token: string };
    const headers = { ...COOKIE, origin: 'https://desk.test', 'x-rmm-csrf': token };
    const done = await post('/api/v1/profiles', { name: 'A' }, headers);
    expect([done.status, done.headers.get('access-control-allow-credentials')]).toEqual([200, 'true']);
    const other = await ask('/api/v1/profiles', { method: 'OPTIONS', headers: { origin: 'https://evil.test' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(() => httpHandler(host, { allowedOrigins: ['desk.test/'] })).toThrow(TypeError);
  });
});

describe('the authenticator’s routes', () => {
  const seen: { url: string; base: string; address: string | null; body: string }[] = [];
  beforeEach(() => {
    seen.length = 0;
    host.authenticator = {
      id: 'own',
      authenticate: async () => undefined,
      async handle(request, base) {
        const body = await request.text();
        seen.push({ url: request.url, base, address: request.headers.get('x-rmm-client-address'), body });
        return request.url.endsWith('/unknown') ? undefined : new Response('{}', { headers: { 'set-cookie': 'a=b' } });
      },
    };
  });

  test('get the request as the client made it, with the believed address', async () => {
    handler = httpHandler(host, { trustedProxies: ['10.0.0.0/8'] });
    const headers = {
      'x-forwarded-for': '1.1.1.1, 203.0.113.9, 10.0.0.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'rmm.example.com',
      'x-rmm-client-address': '6.6.6.6',
    };
    const request = () =>
      new Request('http://127.0.0.1:8080/api/auth/sign-in?x=1', { method: 'POST', body: '{"a":1}', headers });
    const response = await handler(request(), { remoteAddress: '::ffff:10.1.2.3', mountPath: '/rmm' });
    expect([response.headers.get('set-cookie'), response.headers.get('cache-control')]).toEqual(['a=b', 'no-store']);
    await handler(request(), { remoteAddress: '192.0.2.1' });
    await handler(request());
    expect(seen).toEqual([
      {
        url: 'https://rmm.example.com/rmm/api/auth/sign-in?x=1',
        base: '/rmm/api/auth',
        address: '203.0.113.9',
        body: '{"a":1}',
      },
      { url: 'http://127.0.0.1:8080/api/auth/sign-in?x=1', base: '/api/auth', address: '192.0.2.1', body: '{"a":1}' },
      { url: 'http://127.0.0.1:8080/api/auth/sign-in?x=1', base: '/api/auth', address: null, body: '{"a":1}' },
    ]);
  });

  test('are closed to pages of other sites', async () => {
    const headers = { origin: 'https://evil.test' };
    const response = await ask('/api/auth/sign-in', { method: 'POST', headers });
    expect((await errorOf(response)).code).toBe('ORIGIN_REFUSED');
    expect(seen).toEqual([]);
    expect((await ask('/api/auth/unknown')).status).toBe(404);
  });
});

describe('where it is mounted', () => {
  test('a base path is taken off, or may be off already', async () => {
    handler = httpHandler(host, { basePath: '/rmm/' });
    for (const path of ['/rmm/api/v1/session', '/api/v1/session']) {
      expect((await ask(path, { headers: TOKEN })).status).toBe(200);
    }
    expect((await ask('/rmmx/api/v1/session', { headers: TOKEN })).status).toBe(404);
    const document = (await (await ask('/rmm/api/openapi.json')).json()) as { servers: unknown };
    expect(document.servers).toEqual([{ url: '/rmm/api/v1' }]);
    expect(() => httpHandler(host, { basePath: 'rmm' })).toThrow(TypeError);
  });

  test('the console serves what is not the API', async () => {
    const places: unknown[] = [];
    handler = httpHandler(host, {
      basePath: '/rmm',
      console: {
        async fetch(_request, place) {
          places.push(place);
          return place.path === '/missing.js' ? undefined : new Response('<!doctype html>');
        },
      },
    });
    expect(await (await ask('/rmm')).text()).toBe('<!doctype html>');
    expect((await ask('/rmm/missing.js')).status).toBe(404);
    expect((await ask('/rmm/api/none')).status).toBe(404);
    expect(places).toEqual([
      { path: '/', basePath: '/rmm' },
      { path: '/missing.js', basePath: '/rmm' },
    ]);
  });
});
