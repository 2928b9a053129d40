import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { betterAuthAuthenticator } from '@rmm/adapters-better-auth';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { createClient, type RmmClient } from '@rmm/client';
import { CORE_CONTRACTS, createRmm, type Rmm } from '@rmm/core';
import type { OperationContract, UserActor } from '@rmm/core/ports';
import { silentTransport } from '@rmm/core/testing';
import { type ErrorCode, isRmmError } from '@rmm/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpHandler, httpHandler } from './http-handler.js';
import { nodeListener } from './node-listener.js';
import { STATUS_OF } from './reply/error-status.js';

const PASSWORD = 'correct horse battery';
let rmm: Rmm;
let server: Server;
let url: string;
/** Ids of things in the System of Ann. */
let annsThings: Readonly<Record<string, string>>;

async function newSystem(name: string) {
  const { id } = await rmm.as({ kind: 'host', name: 'test' }).systems.create({ name });
  const api = rmm.as({ kind: 'host', name: 'test', systemId: id });
  const admin = (await api.roles.list()).items.find(({ builtIn }) => builtIn) ?? expect.fail('no accountadmin');
  const email = `${name}@example.com`;
  const user = await api.users.create({ name, email, password: PASSWORD, roleIds: [admin.id] });
  return { id, api, user, email };
}

beforeAll(async () => {
  rmm = await createRmm({
    storage: sqliteStorage({ memory: true }),
    authenticator: betterAuthAuthenticator(),
    transport: silentTransport(),
    masterKey: new Uint8Array(32).fill(9),
    checkOutputs: true,
  });
  await rmm.start();
  server = createServer(nodeListener(httpHandler(rmm)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ann = await newSystem('ann');
  const bob = await newSystem('bob');
  users.set('ann', { kind: 'user', systemId: ann.id, userId: ann.user.id });
  users.set('bob', { kind: 'user', systemId: bob.id, userId: bob.user.id });
  const profile = await ann.api.profiles.create({ name: 'Office' });
  annsThings = {
    profileId: profile.id,
    enrolmentId: (await ann.api.enrolments.create({ profileId: profile.id })).id,
    groupId: (await ann.api.groups.create({ name: 'Group', kind: 'system-devices' })).id,
    filterId: (await ann.api.filters.create({ name: 'Filter', filter: { all: [] } })).id,
    componentId: (await ann.api.components.create({ name: 'Script', language: 'shell', script: 'true' })).id,
    roleId: (await ann.api.roles.create({ name: 'Role', permissions: {} })).id,
    userId: ann.user.id,
  };
});
afterAll(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  await rmm?.stop();
});

/** The host program in the System of a user. */
async function hostOf(user: string) {
  const { systemId } = users.get(user) ?? expect.fail(`no user ${user}`);
  return { api: rmm.as({ kind: 'host', name: 'test', systemId }) };
}

/** A page in a browser at the server's own address. */
class Page {
  readonly cookies = new Map<string, string>();
  readonly client: RmmClient;

  constructor() {
    this.client = createClient({ baseUrl: `${url}/api`, fetch: (input, init) => this.fetch(input, init) });
  }

  async fetch(input: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(input, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), origin: url, ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

async function signedIn(name = 'ann'): Promise<Page> {
  const page = new Page();
  expect(await page.client.signIn(`${name}@example.com`, PASSWORD)).toBe('signed-in');
  return page;
}

/** Does something again and again until a stream tells of it: the stream is there only a while after it was asked for. */
async function listening<T>(stream: AsyncIterable<T>, again: (round: number) => Promise<unknown>): Promise<T> {
  const first = stream[Symbol.asyncIterator]().next();
  let over = false;
  const end = () => {
    over = true;
  };
  first.then(end, end);
  for (let round = 0; !over; round++) await again(round);
  return (await first).value;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (isRmmError(error) ? error.code : String(error)),
  );

describe('a browser with the client', () => {
  test('signs in, works, signs out', async () => {
    const { client, cookies } = await signedIn();
    expect(await client.session.get()).toMatchObject({ actor: 'user', user: { email: 'ann@example.com' } });
    const profile = await client.profiles.create({ name: 'Branch – Köln' });
    expect((await client.profiles.list({ search: 'branch' })).items).toMatchObject([{ id: profile.id }]);
    const filter = { all: [{ field: 'device.hostname', condition: 'contains' as const, term: 'a&b=c' }] };
    expect(await client.devices.list({ filter, limit: 5, favourite: false })).toEqual({ total: 0, items: [] });
    await client.profiles.remove({ profileId: profile.id });
    const stolen = new Map(cookies);
    await client.signOut();
    expect(await codeOf(client.session.get())).toBe('UNAUTHENTICATED');
    for (const [name, value] of stolen) cookies.set(name, value);
    expect(await codeOf(client.session.get())).toBe('UNAUTHENTICATED');
  });

  test('downloads CSV as a file', async () => {
    const page = await signedIn();
    const response = await page.fetch(`${url}/api/v1/devices.csv?columns=device.hostname`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="[^"]+\.csv"/);
  });

  test('hears of changes', async () => {
    const { client } = await signedIn();
    const heard = await listening(client.events.subscribe({ names: ['profile.*'] }), async () => {
      const { id } = await client.profiles.create({ name: 'Heard' });
      await client.profiles.remove({ profileId: id });
    });
    expect(heard).toMatchObject({ name: 'profile.changed', data: { profileId: expect.any(String) } });
  });

  test('is refused at once when its user is disabled, and hears no more', async () => {
    const ann = await signedIn();
    const { roleId } = annsThings;
    const dan = await ann.client.users.create({
      name: 'Dan',
      email: 'dan@example.com',
      password: PASSWORD,
      roleIds: [roleId ?? ''],
    });
    const page = await signedIn('dan');
    await page.client.session.get();
    const events = page.client.events.subscribe();
    await listening(events, (round) => ann.client.users.update({ userId: dan.id, name: `Dan ${round}` }));
    await ann.client.users.update({ userId: dan.id, disabled: true });
    const rest: string[] = [];
    for await (const { name } of events) rest.push(name);
    expect(rest.filter((name) => name !== 'user.changed')).toEqual([]);
    expect(await codeOf(page.client.session.get())).toBe('UNAUTHENTICATED');
    expect(await codeOf(new Page().client.signIn('dan@example.com', PASSWORD))).toBe('UNAUTHENTICATED');
    await ann.client.users.update({ userId: dan.id, disabled: false });
    expect(await codeOf(new Page().client.signIn('dan@example.com', PASSWORD))).toBe('done');
    await ann.client.users.remove({ userId: dan.id });
    expect(await codeOf(new Page().client.signIn('dan@example.com', PASSWORD))).toBe('UNAUTHENTICATED');
  });

  test('cannot do what its role does not grant', async () => {
    const ann = await signedIn();
    await ann.client.users.create({
      name: 'Eve',
      email: 'eve@example.com',
      password: PASSWORD,
      roleIds: [annsThings.roleId ?? ''],
    });
    const eve = await signedIn('eve');
    expect(await codeOf(eve.client.profiles.create({ name: 'Mine' }))).toBe('FORBIDDEN');
    expect(await codeOf(eve.client.users.list())).toBe('FORBIDDEN');
  });

  test('looks at the System as a role, and can change nothing meanwhile', async () => {
    const { client } = await signedIn();
    const role = await client.roles.create({ name: 'Viewers', permissions: { profiles: 'view' } });
    const events = client.live;
    const heard: string[] = [];
    events.on('*', ({ name }) => heard.push(name));
    events.start();
    await expect.poll(() => events.getSnapshot()).toBe('open');
    client.viewAs(role.id);
    const session = await client.session.get();
    expect(session).toMatchObject({ accountadmin: false, viewingAs: { id: role.id, name: 'Viewers' } });
    expect(session.permissions).toMatchObject({ profiles: 'view', jobs: 'disabled' });
    expect(await codeOf(client.jobs.list())).toBe('FORBIDDEN');
    expect(await codeOf(client.profiles.list())).toBe('done');
    expect(await codeOf(client.profiles.create({ name: 'Never' }))).toBe('FORBIDDEN');
    await expect.poll(() => events.getSnapshot()).toBe('open');
    const { api } = await hostOf('ann');
    // What was heard before as oneself: the log is sealed within a second of what was done.
    heard.length = 0;
    const script = await api.components.create({ name: 'Unheard', language: 'shell', script: 'true' });
    const profile = await api.profiles.create({ name: 'Heard of' });
    await expect.poll(() => heard).toEqual(['profile.changed']);
    await api.components.remove({ componentId: script.id });
    await api.profiles.remove({ profileId: profile.id });
    // The role goes while it is viewed: the client returns to the user's own.
    await api.roles.remove({ roleId: role.id });
    expect(await codeOf(client.session.get())).toBe('NOT_FOUND');
    expect(await client.session.get()).toMatchObject({ accountadmin: true, viewingAs: null });
    expect(await codeOf(client.jobs.list())).toBe('done');
    events.stop();
  });

  test('is refused a view that is not for it, or that names no role', async () => {
    const page = await signedIn();
    const as = async (role: string) =>
      outcomeOf(await page.fetch(`${url}/api/v1/session`, { headers: { 'x-rmm-view-as': role } }));
    expect(await as('nothing')).toEqual({ status: 404, code: 'NOT_FOUND' });
    expect(await as('../x')).toEqual({ status: 400, code: 'INVALID_INPUT' });
    expect(await as('')).toEqual({ status: 400, code: 'INVALID_INPUT' });
    const { api } = await hostOf('ann');
    const plain = await api.roles.create({ name: 'Plain' });
    await api.users.create({ name: 'Fay', email: 'fay@example.com', password: PASSWORD, roleIds: [plain.id] });
    const fay = await signedIn('fay');
    const response = await fay.fetch(`${url}/api/v1/session`, { headers: { 'x-rmm-view-as': plain.id } });
    expect(await outcomeOf(response)).toEqual({ status: 403, code: 'FORBIDDEN' });
  });

  test('setting a user’s password ends that user’s sessions', async () => {
    const ann = await signedIn();
    const bob = await signedIn('bob');
    const { user } = await bob.client.session.get();
    expect(await codeOf(ann.client.users.setPassword({ userId: user?.id ?? '', password: PASSWORD }))).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(bob.client.session.get())).toBe('done');
    await bob.client.users.setPassword({ userId: user?.id ?? '', password: PASSWORD });
    expect(await codeOf(bob.client.session.get())).toBe('UNAUTHENTICATED');
  });
});

const ROUTED = Object.entries(CORE_CONTRACTS).flatMap(([feature, contracts]) =>
  Object.entries<OperationContract>(contracts).flatMap(([verb, contract]) =>
    contract.route ? [{ name: `${feature}.${verb}`, contract, route: contract.route }] : [],
  ),
);

/** The same server without cookies and network: the bearer token names the user. */
let door: HttpHandler;
const users = new Map<string, UserActor>();
beforeAll(() => {
  door = httpHandler({
    operations: rmm.operations,
    call: (actor, name, input, options) => rmm.call(actor, name, input, options),
    authenticator: {
      id: 'test',
      authenticate: async (request) => {
        const actor = users.get(request.headers.get('authorization') ?? '');
        return actor && { actor, via: 'token' };
      },
    },
    clock: rmm.clock,
    logger: rmm.logger,
    secret: (purpose) => rmm.secret(purpose),
  });
});

/** Sends a call as the contract says; path parameters from `input`, the rest as it is. */
function requestOf(route: string, input: Readonly<Record<string, unknown>>, headers: Record<string, string>): Request {
  const [method = '', template = ''] = route.split(' ');
  const rest = new Map(Object.entries(input));
  const path = template.replace(/:(\w+)/g, (_, name: string) => {
    rest.delete(name);
    return encodeURIComponent(String(input[name] ?? 'x1'));
  });
  const inQuery = method === 'GET' || method === 'DELETE';
  const query = inQuery ? `?${new URLSearchParams([...rest].map(([name, value]) => [name, String(value)]))}` : '';
  return new Request(`${url}/api/v1${path}${query}`, {
    method,
    headers: { ...headers, ...(!inQuery && { 'content-type': 'application/json' }) },
    ...(!inQuery && { body: JSON.stringify(Object.fromEntries(rest)) }),
  });
}

async function outcomeOf(response: Response) {
  const { status } = response;
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  if (!isJson) await response.body?.cancel();
  const body = isJson ? ((await response.json()) as { error?: { code?: ErrorCode } }) : {};
  return { status, code: body.error?.code };
}

const send = async (as: string, route: string, input: Readonly<Record<string, unknown>>) =>
  outcomeOf(await door(requestOf(route, input, { authorization: as })));

describe('every operation of core', () => {
  test.each(ROUTED)('$name refuses strangers', async ({ route }) => {
    expect(await send('', route, {})).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('that changes something refuses a session without its token', async () => {
    const page = await signedIn();
    for (const { contract, route } of ROUTED) {
      if (contract.kind !== 'command') continue;
      const { method, url: address } = requestOf(route, {}, {});
      const response = await page.fetch(address, { method, headers: { 'x-rmm-csrf': 'guess' } });
      expect(await outcomeOf(response)).toEqual({ status: 403, code: 'CSRF_TOKEN_REFUSED' });
    }
  });

  test('takes junk for what it is', { timeout: 180_000 }, async () => {
    const junk = ['', ' ', '\u0000', '💥'.repeat(50), '../../etc/passwd', -1, 1e99, null, {}, [], [null], { $ne: 1 }];
    for (const { name, contract, route } of ROUTED) {
      const fields = Object.keys(contract.input.properties);
      for (const value of junk) {
        const input = Object.fromEntries(fields.map((field) => [field, value]));
        const refused = await send('ann', route, { ...input, unknownField: value });
        expect({ name, value, ...refused }).toMatchObject({
          name,
          value,
          status: STATUS_OF[refused.code ?? 'INTERNAL'],
        });
        for (const { status } of [refused, await send('ann', route, input)]) {
          expect({ name, value, fault: status >= 500 }).toEqual({ name, value, fault: false });
        }
      }
    }
  });

  test('shows nothing of another System, whatever id is asked for', async () => {
    const tried: string[] = [];
    for (const { name, contract, route } of ROUTED) {
      const params = [...route.matchAll(/:(\w+)/g)].map(([, param = '']) => param);
      if (params.length === 0 || !params.every((param) => param in annsThings)) continue;
      const needed = Object.fromEntries((contract.input.required ?? []).map((field) => [field, sampleOf(field)]));
      const input = { ...needed, ...pick(annsThings, params) };
      expect({ name, ...(await send('bob', route, input)) }).toEqual({ name, status: 404, code: 'NOT_FOUND' });
      tried.push(name);
    }
    expect(tried.length).toBeGreaterThan(15);
  });
});

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

/** A value that the field of this name takes. */
function sampleOf(field: string): unknown {
  if (field === 'deviceIds') return ['d1'];
  if (field === 'profileIds') return [];
  if (field === 'favourite') return true;
  return field === 'password' ? PASSWORD : 'sample';
}
