import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from 'vitest';
import { createClient } from './create-client.js';
import type { LiveEvent } from './live/event-message.js';
import type { Device } from './views.js';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = (response: ServerResponse, request: Seen) => void;

let server: Server;
let baseUrl: string;
let seen: Seen[];
let answers: Record<string, Answer>;

const json =
  (value: unknown, status = 200, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

beforeEach(async () => {
  seen = [];
  answers = { 'GET /api/v1/csrf': json({ token: 'csrf-1' }) };
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const one = { method: request.method, url: request.url, headers: request.headers, body };
    seen.push(one);
    const answer = answers[`${request.method} ${request.url?.split('?')[0]}`];
    if (answer) answer(response, one);
    else json({ error: { code: 'NOT_FOUND', message: 'nothing here' } }, 404)(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const device = (hostname: string) => ({ id: 'd1', hostname }) as Device;

test('a query is a GET with its input in the address', async () => {
  answers['GET /api/v1/devices'] = json({ total: 1, items: [device('web')] });
  const client = createClient({ baseUrl });
  const { items } = await client.devices.list({ search: 'web', limit: 5 });
  expectTypeOf(items).toEqualTypeOf<Device[]>();
  expect(items[0]?.hostname).toBe('web');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/devices?search=web&limit=5' });
});

test('a command carries the CSRF token, fetched once, and again when it is refused', async () => {
  let expected = 'csrf-1';
  answers['POST /api/v1/devices/move'] = (response, request) =>
    request.headers['x-rmm-csrf'] === expected
      ? json({ moved: 1 })(response, request)
      : json({ error: { code: 'CSRF_TOKEN_REFUSED', message: 'no' } }, 403)(response, request);
  const client = createClient({ baseUrl });
  const input = { deviceIds: ['d1'], profileId: 'p1' };
  expect(await client.devices.move(input)).toEqual({ moved: 1 });
  await client.devices.move(input);
  expect(seen.map(({ url }) => url)).toEqual(['/api/v1/csrf', '/api/v1/devices/move', '/api/v1/devices/move']);
  expect(seen[1]?.body).toBe(JSON.stringify(input));
  expected = 'csrf-2';
  answers['GET /api/v1/csrf'] = json({ token: 'csrf-2' });
  expect(await client.devices.move(input)).toEqual({ moved: 1 });
});

test('with an authorization header of its own it asks for no CSRF token', async () => {
  answers['POST /api/v1/devices/move'] = json({ moved: 1 });
  const client = createClient({ baseUrl, headers: { Authorization: 'Bearer t' } });
  await client.devices.move({ deviceIds: ['d1'], profileId: 'p1' });
  expect(seen).toHaveLength(1);
  expect(seen[0]?.headers.authorization).toBe('Bearer t');
  expect(seen[0]?.headers['x-rmm-csrf']).toBeUndefined();
});

test('errors keep code, message and details', async () => {
  const details = { issues: [{ path: '/name', message: 'must not be empty' }] };
  answers['GET /api/v1/system'] = json({ error: { code: 'INVALID_INPUT', message: 'name: …', details } }, 400);
  const client = createClient({ baseUrl });
  await expect(client.system.get()).rejects.toMatchObject({ name: 'RmmError', code: 'INVALID_INPUT', details });
});

test.each([
  ['a proxy’s page', (r: ServerResponse) => r.writeHead(502).end('<html>'), 'INTERNAL'],
  ['a rate limit', (r: ServerResponse) => r.writeHead(429, { 'retry-after': '7' }).end(), 'RATE_LIMITED'],
  ['a page in place of JSON', (r: ServerResponse) => r.writeHead(200).end('<html>'), 'INTERNAL'],
  ['a cut connection', (r: ServerResponse) => r.destroy(), 'SERVER_UNREACHABLE'],
])('%s becomes an RmmError too', async (_, answer, code) => {
  answers['GET /api/v1/system'] = answer;
  await expect(createClient({ baseUrl }).system.get()).rejects.toMatchObject({ name: 'RmmError', code });
});

test('a file keeps its name and text', async () => {
  answers['GET /api/v1/devices.csv'] = (response) =>
    response
      .writeHead(200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="ger_te.csv"; filename*=UTF-8''ger%C3%A4te.csv`,
      })
      .end('a,b\r\n');
  expect(await createClient({ baseUrl }).devices.export()).toEqual({
    filename: 'geräte.csv',
    mediaType: 'text/csv',
    text: 'a,b\r\n',
  });
});

test('sign-in tells whether a code is asked for, and wrong credentials by the authenticator’s reason', async () => {
  const client = createClient({ baseUrl });
  answers['POST /api/auth/sign-in/email'] = json({ code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid' }, 401);
  await expect(client.signIn('a@b.c', 'x')).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    details: { reason: 'INVALID_EMAIL_OR_PASSWORD' },
  });
  answers['POST /api/auth/sign-in/email'] = json({ twoFactorRedirect: true });
  answers['POST /api/auth/two-factor/verify-totp'] = json({ token: 't' });
  expect(await client.signIn('a@b.c', 'x')).toBe('totp');
  await client.verifyTotp('123 456');
  expect(JSON.parse(seen.at(-1)?.body ?? '')).toEqual({ code: '123456', trustDevice: false });
});

test('a provider’s address is where the browser goes on', async () => {
  answers['POST /api/auth/sign-in/social'] = json({ url: 'https://id.example/authorize?x=1', redirect: true });
  const client = createClient({ baseUrl });
  expect(await client.signInWith('corp', '/console/')).toBe('https://id.example/authorize?x=1');
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ provider: 'corp', callbackURL: '/console/' });
  answers['POST /api/auth/sign-in/social'] = json({});
  await expect(client.signInWith('corp', '/')).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('plugins’ operations are reached by the routes given', async () => {
  answers['POST /api/v1/patches/kb1/approve'] = json({ approved: true });
  const client = createClient<{ patches: { approve(input: { id: string }): Promise<unknown> } }>({
    baseUrl,
    routes: { 'patches.approve': 'POST /patches/:id/approve' },
  });
  expect(await client.patches.approve({ id: 'kb1' })).toEqual({ approved: true });
  await expect(client.call('nothing.here', {})).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' });
});

const event = (name: string, data: object) => `data: ${JSON.stringify({ name, at: '2026-01-01T00:00:00Z', data })}\n\n`;

test('a watched query is fetched again when an event that concerns it comes, and after a lost connection', async () => {
  let streams: ServerResponse[] = [];
  let hostname = 'one';
  answers['GET /api/v1/events'] = (response) => {
    streams.push(response.writeHead(200, { 'content-type': 'text/event-stream' }));
    response.write(': welcome\n\n');
  };
  answers['GET /api/v1/devices/d1'] = (response, request) => json(device(hostname))(response, request);
  const client = createClient({ baseUrl, live: { backoffMs: 20 }, queries: { debounceMs: 5, restMs: 5 } });
  const store = client.query(
    'devices.get',
    { deviceId: 'd1' },
    { refreshOn: [{ event: 'device.*', where: { deviceId: 'd1' } }] },
  );
  expect(client.query('devices.get', { deviceId: 'd1' })).toBe(store);
  const unsubscribe = store.subscribe(() => {});
  const heard: LiveEvent[] = [];
  client.live.on('device.online', ({ name, at, data }) => heard.push({ name, at, data }));
  client.live.start();
  const shows = (name: string) => vi.waitFor(() => expect(store.getSnapshot().data?.hostname).toBe(name));
  const fetches = () => seen.filter(({ url }) => url === '/api/v1/devices/d1').length;
  await shows('one');
  await vi.waitFor(() => expect(client.live.getSnapshot()).toBe('open'));

  hostname = 'two';
  streams[0]?.write(event('device.online', { deviceId: 'another' }));
  streams[0]?.write(event('device.online', { deviceId: 'd1' }));
  await shows('two');
  expect(fetches()).toBe(2);
  expect(heard.map(({ data }) => data)).toEqual([{ deviceId: 'another' }, { deviceId: 'd1' }]);

  hostname = 'three';
  const [first] = streams;
  streams = [];
  first?.destroy();
  await shows('three');
  expect(client.live.getSnapshot()).toBe('open');
  expect(streams).toHaveLength(1);
  unsubscribe();
  client.live.stop();
  expect(client.live.getSnapshot()).toBe('stopped');
});

test('viewing as a role names it in every call, and shows nothing of what was seen before', async () => {
  const hostnames: Record<string, string> = { '': 'seen by ann', r1: 'seen by the role' };
  let streams: string[] = [];
  answers['GET /api/v1/events'] = (response, { headers }) => {
    streams.push(String(headers['x-rmm-view-as'] ?? ''));
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': welcome\n\n');
  };
  answers['GET /api/v1/devices/d1'] = (response, request) =>
    json(device(hostnames[String(request.headers['x-rmm-view-as'] ?? '')] ?? ''))(response, request);
  answers['GET /api/v1/jobs'] = (response, request) =>
    request.headers['x-rmm-view-as'] === undefined
      ? json({ items: [], cursor: null })(response, request)
      : json({ error: { code: 'FORBIDDEN', message: 'no right' } }, 403)(response, request);
  const client = createClient({ baseUrl, queries: { debounceMs: 5, restMs: 5 } });
  const shown = client.query('devices.get', { deviceId: 'd1' });
  const jobs = client.query('jobs.list', {});
  const unsubscribe = [shown.subscribe(() => {}), jobs.subscribe(() => {})];
  client.live.start();
  await vi.waitFor(() => expect(shown.getSnapshot().data?.hostname).toBe('seen by ann'));
  await vi.waitFor(() => expect(jobs.getSnapshot().data).toBeDefined());
  await vi.waitFor(() => expect(streams).toEqual(['']));
  client.viewAs('r1');
  expect([shown.getSnapshot().data, jobs.getSnapshot().data]).toEqual([undefined, undefined]);
  await vi.waitFor(() => expect(shown.getSnapshot().data?.hostname).toBe('seen by the role'));
  await vi.waitFor(() => expect(jobs.getSnapshot()).toMatchObject({ data: undefined, error: { code: 'FORBIDDEN' } }));
  await vi.waitFor(() => expect(streams).toEqual(['', 'r1']));
  streams = [];
  // The role is gone: the user’s own rights hold again.
  answers['GET /api/v1/session'] = json({ error: { code: 'NOT_FOUND', message: 'no role' } }, 404);
  await expect(client.session.get()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await vi.waitFor(() => expect(shown.getSnapshot().data?.hostname).toBe('seen by ann'));
  await vi.waitFor(() => expect(streams).toEqual(['']));
  client.live.stop();
  for (const stop of unsubscribe) stop();
});

test('the live connection gives up when nobody is signed in, and comes back when started again', async () => {
  answers['GET /api/v1/events'] = json({ error: { code: 'UNAUTHENTICATED', message: 'sign in' } }, 401);
  const { live } = createClient({ baseUrl, live: { backoffMs: 5 } });
  live.start();
  await vi.waitFor(() => expect(live.getSnapshot()).toBe('refused'));
  answers['GET /api/v1/events'] = (response) => response.writeHead(200).write(': hi\n\n');
  live.start();
  await vi.waitFor(() => expect(live.getSnapshot()).toBe('open'));
  live.stop();
});

test('a silent live connection counts as dead', async () => {
  let opened = 0;
  answers['GET /api/v1/events'] = (response) => {
    opened++;
    response.writeHead(200).write(': hi\n\n');
  };
  const { live } = createClient({ baseUrl, live: { backoffMs: 5, silenceMs: 30 } });
  live.start();
  await vi.waitFor(() => expect(opened).toBeGreaterThan(1));
  live.stop();
});

test('events can be read as an async iteration', async () => {
  answers['GET /api/v1/events'] = (response, { url }) => {
    expect(url).toBe('/api/v1/events?names=job.*');
    response.writeHead(200).end(event('job.changed', { jobId: 'j' }) + event('job.changed', { jobId: 'k' }));
  };
  const ids: unknown[] = [];
  for await (const { data } of createClient({ baseUrl }).events.subscribe({ names: ['job.*'] })) ids.push(data.jobId);
  expect(ids).toEqual(['j', 'k']);
});

test('what users can do is read from the server’s description of itself', async () => {
  const security = [{ token: [] }, { session: [] }];
  const described = { security, description: 'Needs the permission `devices` (view).', tags: ['devices'] };
  answers['GET /api/openapi.json'] = json({
    paths: {
      '/devices': { get: { ...described, operationId: 'devices.list', summary: 'List devices' } },
      '/devices/move': {
        post: {
          ...described,
          operationId: 'devices.move',
          summary: 'Move devices',
          security: [{ session: [], csrf: [] }],
        },
      },
      '/agent': {
        post: { ...described, operationId: 'agent.hello', summary: 'Greet', description: 'For agents only.' },
      },
      '/csrf': { get: { operationId: 'csrf.get', summary: 'Show the token' } },
    },
  });
  expect(await createClient({ baseUrl }).operations()).toEqual([
    { name: 'devices.list', feature: 'devices', summary: 'List devices', changes: false },
    { name: 'devices.move', feature: 'devices', summary: 'Move devices', changes: true },
  ]);
});

test('in another role, what the role before showed is forgotten', async () => {
  answers['GET /api/v1/devices/d1'] = json(device('one'));
  answers['PUT /api/v1/session/role'] = json({ user: null });
  const client = createClient({ baseUrl });
  const store = client.query('devices.get', { deviceId: 'd1' });
  const unsubscribe = store.subscribe(() => {});
  await vi.waitFor(() => expect(store.getSnapshot().data?.hostname).toBe('one'));
  answers['GET /api/v1/devices/d1'] = json({ error: { code: 'NOT_FOUND', message: 'no such device' } }, 404);
  await client.session.useRole({ roleId: 'r2' });
  expect(store.getSnapshot().data).toBeUndefined();
  await vi.waitFor(() => expect(store.getSnapshot().error).toMatchObject({ code: 'NOT_FOUND' }));
  unsubscribe();
});
