import { createHmac } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { Authenticator, AuthenticatorContext, Storage } from '@rmm/core/ports';
import { isRmmError } from '@rmm/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BetterAuthAuthenticatorOptions } from './authenticator-options.js';
import { betterAuthAuthenticator } from './better-auth-authenticator.js';

const SITE = 'https://rmm.test';
const BASE = '/api/auth';
const ANN = { email: 'Ann@Example.com', name: 'Ann', password: 'correct horse battery' };

let storage: Storage;
let now: number;
let active: Map<string, { systemId: string; userId: string }>;
let logged: string[];
beforeEach(() => {
  storage = sqliteStorage({ memory: true });
  now = Date.UTC(2026, 10, 21);
  active = new Map();
  logged = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await storage.close();
});

function contextOf(): AuthenticatorContext {
  let id = 0;
  const log = (message: string, meta?: unknown) => void logged.push(`${message} ${JSON.stringify(meta)}`);
  return {
    storage,
    clock: { now: () => now, after: () => () => {} },
    ids: { next: () => `id-${++id}`, random: (bytes) => new Uint8Array(bytes) },
    logger: { debug: log, info: log, warn: log, error: log },
    secret: new Uint8Array(32).map((_, index) => index * 7),
    userOf: async (account) => active.get(account),
  };
}

async function start(options: BetterAuthAuthenticatorOptions = {}): Promise<Required<Authenticator>> {
  const authenticator = betterAuthAuthenticator(options) as Required<Authenticator>;
  await storage.migrate(authenticator.models);
  await authenticator.start(contextOf());
  return authenticator;
}

async function withAnn(options?: BetterAuthAuthenticatorOptions) {
  const authenticator = await start(options);
  const account = await authenticator.accounts.create(ANN);
  active.set(account, { systemId: 'sys1', userId: 'ann' });
  return { authenticator, account };
}

/** A browser: keeps cookies, tells its origin. */
class Browser {
  readonly cookies = new Map<string, string>();
  readonly #authenticator: Required<Authenticator>;
  readonly #site: string;
  address = '192.0.2.1';

  constructor(authenticator: Required<Authenticator>, site = SITE) {
    this.#authenticator = authenticator;
    this.#site = site;
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const request = new Request(`${this.#site}${BASE}${path}`, {
      method: 'POST',
      headers: { ...this.#headers(), origin: this.#site, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const response = await this.#authenticator.handle(request, BASE);
    if (!response) throw new Error(`${path} is not open`);
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(line)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  signIn(password = ANN.password, email = ANN.email): Promise<Response> {
    return this.post('/sign-in/email', { email, password });
  }

  who() {
    return this.#authenticator.authenticate(new Request(`${this.#site}/api/v1/session`, { headers: this.#headers() }));
  }

  #headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { 'x-rmm-client-address': this.address, ...(cookie && { cookie }) };
  }
}

const errorOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string; details?: object } };
  return { status: response.status, ...error };
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (isRmmError(error) ? error.code : String(error)),
  );

describe('signing in with a password', () => {
  test('makes a session that is who the account belongs to', async () => {
    const { authenticator } = await withAnn();
    const browser = new Browser(authenticator);
    expect(await browser.who()).toBeUndefined();
    expect((await browser.signIn()).status).toBe(200);
    expect(await browser.who()).toEqual({
      actor: { kind: 'user', systemId: 'sys1', userId: 'ann' },
      via: 'cookie',
      sessionId: expect.stringMatching(/^id-/),
    });
  });

  test('the cookie is out of reach of scripts, other sites and plain HTTP', async () => {
    const { authenticator } = await withAnn();
    const [cookie = ''] = (await new Browser(authenticator).signIn()).headers.getSetCookie();
    expect(cookie).toMatch(/^__Secure-rmm\.session_token=/);
    expect(cookie.toLowerCase()).toMatch(/; httponly/);
    expect(cookie.toLowerCase()).toMatch(/; secure/);
    expect(cookie.toLowerCase()).toMatch(/; samesite=strict/);
    expect(cookie.toLowerCase()).toMatch(/; max-age=43200/);
    const [plain = ''] = (await new Browser(authenticator, 'http://localhost:4000').signIn()).headers.getSetCookie();
    expect(plain).toMatch(/^rmm\.session_token=/);
    expect(plain.toLowerCase()).not.toContain('; secure');
  });

  test('a wrong password, an unknown address and a disabled user look the same', async () => {
    const { authenticator, account } = await withAnn();
    const answers = [
      await errorOf(await new Browser(authenticator).signIn('wrong horse battery')),
      await errorOf(await new Browser(authenticator).signIn(ANN.password, 'nobody@example.com')),
    ];
    active.delete(account);
    answers.push(await errorOf(await new Browser(authenticator).signIn()));
    for (const answer of answers) {
      expect(answer).toEqual({
        status: 401,
        code: 'UNAUTHENTICATED',
        message: 'Invalid email or password.',
        details: { reason: 'INVALID_EMAIL_OR_PASSWORD' },
      });
    }
    expect(logged.join()).not.toContain('horse');
  });

  test('a user who is disabled is refused at once', async () => {
    const { authenticator, account } = await withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn();
    active.delete(account);
    expect(await browser.who()).toBeUndefined();
  });

  test('signing out ends the session', async () => {
    const { authenticator } = await withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn();
    const stolen = new Map(browser.cookies);
    expect((await browser.post('/sign-out', {})).status).toBe(200);
    for (const [name, value] of stolen) browser.cookies.set(name, value);
    expect(await browser.who()).toBeUndefined();
  });

  test('a forged or altered cookie is nobody', async () => {
    const { authenticator } = await withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn();
    for (const [name, value] of browser.cookies) browser.cookies.set(name, `x${value.slice(1)}`);
    expect(await browser.who()).toBeUndefined();
    const [row] = await storage.find('authSession');
    browser.cookies.set('__Secure-rmm.session_token', String(row?.token));
    expect(await browser.who()).toBeUndefined();
    const signature = createHmac('sha256', 'guess').update(String(row?.token)).digest('base64');
    browser.cookies.set('__Secure-rmm.session_token', encodeURIComponent(`${row?.token}.${signature}`));
    expect(await browser.who()).toBeUndefined();
  });

  test('a session ends after its hours', async () => {
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const { authenticator } = await withAnn({ sessionHours: 2 });
    const browser = new Browser(authenticator);
    await browser.signIn();
    vi.setSystemTime(now + 119 * 60_000);
    expect(await browser.who()).toBeDefined();
    vi.setSystemTime(now + 121 * 60_000);
    expect(await browser.who()).toBeUndefined();
  });

  test('a page of another site cannot sign anyone in or out', async () => {
    const { authenticator } = await withAnn();
    const browser = new Browser(authenticator);
    const evil = { origin: 'https://evil.test' };
    const response = await browser.post('/sign-in/email', { email: ANN.email, password: ANN.password }, evil);
    expect(await errorOf(response)).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
    await browser.signIn();
    expect((await browser.post('/sign-out', {}, evil)).status).toBe(403);
    expect(await browser.who()).toBeDefined();
  });

  test('changing one’s password needs the old one and ends other sessions', async () => {
    const { authenticator } = await withAnn();
    const [here, elsewhere] = [new Browser(authenticator), new Browser(authenticator)];
    await here.signIn();
    await elsewhere.signIn();
    const change = (currentPassword: string, newPassword: string) =>
      here.post('/change-password', { currentPassword, newPassword, revokeOtherSessions: true });
    expect((await errorOf(await change('wrong horse battery', 'another long one'))).code).toBe('INVALID_INPUT');
    expect((await errorOf(await change(ANN.password, 'short'))).details).toEqual({ reason: 'PASSWORD_TOO_SHORT' });
    expect((await change(ANN.password, 'another long one')).status).toBe(200);
    expect([await here.who(), await elsewhere.who()]).toEqual([expect.anything(), undefined]);
    expect((await new Browser(authenticator).signIn('another long one')).status).toBe(200);
  });
});

describe('limits', () => {
  test('guesses at one account are bounded, from however many addresses', async () => {
    const { authenticator } = await withAnn();
    const browser = new Browser(authenticator);
    for (let guess = 0; guess < 10; guess++) {
      browser.address = `198.51.100.${guess}`;
      expect((await browser.signIn(`wrong horse battery ${guess}`)).status).toBe(401);
    }
    await expect(browser.signIn()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterMs: 15 * 60_000 },
    });
    now += 15 * 60_000;
    expect((await browser.signIn()).status).toBe(200);
  }, 30_000);

  test('the right password forgives what went before', async () => {
    const { authenticator } = await withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn('wrong horse battery');
    expect(await storage.count('authAttempt')).toBe(1);
    await browser.signIn();
    expect(await storage.count('authAttempt')).toBe(0);
  });

  test('one address is bounded over all accounts, and told when to come back', async () => {
    const authenticator = await start();
    const browser = new Browser(authenticator);
    const statuses: number[] = [];
    for (let guess = 0; guess < 20; guess++) {
      statuses.push((await browser.post('/sign-in/email', { email: `no-${guess}`, password: 'x' })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([400]));
    const refused = await browser.post('/sign-in/email', { email: 'no-21', password: 'x' });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await errorOf(refused)).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      details: { retryAfterMs: expect.any(Number) },
    });
    browser.address = '192.0.2.2';
    expect((await browser.post('/sign-in/email', { email: 'no-21', password: 'x' })).status).toBe(400);
  });

  test.each([
    ['junk', 'not json', 400],
    ['no fields', '{}', 400],
    ['a list', '[]', 400],
    ['fields of other kinds', '{"email":{"$ne":null},"password":["x"]}', 400],
    ['an endless password', JSON.stringify({ email: ANN.email, password: 'x'.repeat(5000) }), 400],
  ])('%s is refused', async (_, body, status) => {
    const { authenticator } = await withAnn();
    const response = await new Browser(authenticator).post('/sign-in/email', body);
    expect(await errorOf(response)).toMatchObject({ status, code: 'INVALID_INPUT' });
  });

  test('endless bodies are refused before they are read whole', async () => {
    const authenticator = await start();
    expect(await codeOf(new Browser(authenticator).post('/sign-in/email', 'x'.repeat(70_000)))).toBe(
      'PAYLOAD_TOO_LARGE',
    );
  });

  test('what has expired is removed', async () => {
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const { authenticator } = await withAnn();
    await new Browser(authenticator).signIn();
    now += 13 * 3_600_000;
    vi.setSystemTime(now);
    await new Browser(authenticator).signIn();
    expect(await storage.count('authSession')).toBe(1);
  });
});

describe('the second factor', () => {
  /** RFC 6238 with the usual 30 seconds, six digits and SHA-1. */
  function totp(uri: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const secret = new URL(uri).searchParams.get('secret') ?? '';
    const bits = [...secret].map((char) => alphabet.indexOf(char).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const digest = createHmac('sha1', key).update(counter).digest();
    const offset = (digest.at(-1) ?? 0) & 15;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }

  async function withTotp() {
    const { authenticator, account } = await withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn();
    const answer = await (await browser.post('/two-factor/enable', { password: ANN.password })).json();
    const { totpURI, backupCodes } = answer as { totpURI: string; backupCodes: string[] };
    expect((await browser.post('/two-factor/verify-totp', { code: totp(totpURI) })).status).toBe(200);
    return { authenticator, account, browser, totpURI, backupCodes };
  }

  test('is asked for, and without it there is no session', async () => {
    const { authenticator, browser, totpURI } = await withTotp();
    expect(await browser.who()).toBeDefined();
    const other = new Browser(authenticator);
    expect(await (await other.signIn()).json()).toMatchObject({ twoFactorRedirect: true });
    expect(await other.who()).toBeUndefined();
    expect((await errorOf(await other.post('/two-factor/verify-totp', { code: '000000' }))).code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await other.post('/two-factor/verify-totp', { code: totp(totpURI) })).status).toBe(200);
    expect(await other.who()).toBeDefined();
  });

  test('a backup code works once', async () => {
    const { authenticator, backupCodes } = await withTotp();
    const use = async () => {
      const browser = new Browser(authenticator);
      await browser.signIn();
      return (await browser.post('/two-factor/verify-backup-code', { code: backupCodes[0] })).status;
    };
    expect([await use(), await use()]).toEqual([200, 401]);
  });

  test('secret and backup codes are stored encrypted', async () => {
    const { totpURI, backupCodes } = await withTotp();
    const stored = JSON.stringify(await storage.find('authTwoFactor'));
    expect(stored).not.toContain(new URL(totpURI).searchParams.get('secret'));
    expect(stored).not.toContain(backupCodes[0]);
  });

  test('codes cannot be guessed on and on', async () => {
    const { authenticator } = await withTotp();
    const codes: string[] = [];
    for (let round = 0; round < 4; round++) {
      const browser = new Browser(authenticator);
      browser.address = `198.51.100.${round}`;
      await browser.signIn();
      for (let guess = 0; guess < 6; guess++) {
        const response = await browser.post('/two-factor/verify-totp', { code: '000000' });
        codes.push((await errorOf(response)).code);
      }
    }
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  }, 30_000);

  test('can be switched off by its owner with the password', async () => {
    const { authenticator, browser } = await withTotp();
    expect((await browser.post('/two-factor/disable', { password: 'wrong horse battery' })).status).toBe(400);
    expect((await browser.post('/two-factor/disable', { password: ANN.password })).status).toBe(200);
    const other = new Browser(authenticator);
    await other.signIn();
    expect(await other.who()).toBeDefined();
  });

  test('a host without it has no such routes, and the same tables', async () => {
    const { authenticator } = await withAnn();
    const without = await start({ totp: false });
    expect(without.models).toEqual(authenticator.models);
    const browser = new Browser(without);
    await browser.signIn();
    expect((await browser.post('/two-factor/enable', { password: ANN.password })).status).toBe(404);
  });
});

describe('accounts', () => {
  test('keep no password, only its memory-hard hash', async () => {
    await withAnn();
    const [row] = await storage.find('authAccount');
    expect(row?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    expect(JSON.stringify(await storage.find('authUser'))).toContain('ann@example.com');
  });

  test('need a password of proper length and an address of their own', async () => {
    const { authenticator } = await withAnn();
    const { accounts } = authenticator;
    expect(await codeOf(accounts.create({ ...ANN, email: 'ANN@example.com' }))).toBe('CONFLICT');
    expect(await codeOf(accounts.create({ ...ANN, email: 'b@example.com', password: 'short' }))).toBe('INVALID_INPUT');
    expect(await codeOf(accounts.create({ ...ANN, email: 'b@example.com', password: 'x'.repeat(129) }))).toBe(
      'INVALID_INPUT',
    );
    const twice = ['c@example.com', 'c@example.com'].map((email) => codeOf(accounts.create({ ...ANN, email })));
    expect((await Promise.all(twice)).sort()).toEqual(['CONFLICT', 'done']);
    expect(await storage.count('authUser')).toBe(2);
    expect(await storage.count('authAccount')).toBe(2);
  });

  test('setting a password, signing out and removing take effect at once', async () => {
    const { authenticator, account } = await withAnn();
    const { accounts } = authenticator;
    const browser = new Browser(authenticator);
    await browser.signIn();
    await accounts.signOut(account);
    expect(await browser.who()).toBeUndefined();
    await accounts.setPassword(account, 'given by the admin');
    expect((await browser.signIn()).status).toBe(401);
    expect((await browser.signIn('given by the admin')).status).toBe(200);
    await accounts.remove(account);
    expect(await browser.who()).toBeUndefined();
    expect((await browser.signIn('given by the admin')).status).toBe(401);
    for (const model of ['authUser', 'authAccount', 'authSession']) expect(await storage.count(model)).toBe(0);
    expect(await codeOf(accounts.setPassword(account, 'given by the admin'))).toBe('NOT_FOUND');
  });
});

describe('what is closed', () => {
  test.each([
    '/sign-up/email',
    '/request-password-reset',
    '/reset-password',
    '/update-user',
    '/change-email',
    '/delete-user',
    '/get-session',
    '/list-sessions',
    '/link-social',
    '/get-access-token',
    '/sign-in/emailx',
    '/sign-in/email/',
    '/../auth/sign-up/email',
    '/%73ign-up/email',
  ])('%s', async (path) => {
    const authenticator = await start();
    for (const method of ['GET', 'POST']) {
      expect(await authenticator.handle(new Request(`${SITE}${BASE}${path}`, { method }), BASE)).toBeUndefined();
    }
  });

  test('another base path', async () => {
    const authenticator = await start();
    const request = new Request(`${SITE}/api/authx/sign-out`, { method: 'POST' });
    expect(await authenticator.handle(request, BASE)).toBeUndefined();
  });
});

describe('set-up', () => {
  test('refuses options that cannot work', () => {
    expect(() => betterAuthAuthenticator({ baseUrl: 'rmm.example.com' })).toThrow(TypeError);
    expect(() => betterAuthAuthenticator({ baseUrl: 'https://rmm.example.com/rmm' })).toThrow(TypeError);
    const oidc = [{ id: 'x', discoveryUrl: 'https://id.test/.well-known/openid-configuration', clientId: 'c' }];
    expect(() => betterAuthAuthenticator({ oidc })).toThrow(/baseUrl/);
  });

  test('is not usable before start', async () => {
    const authenticator = betterAuthAuthenticator();
    expect(await codeOf(authenticator.authenticate(new Request(SITE)))).toBe('NOT_STARTED');
  });

  test('the environment of a host that uses Better Auth itself has no say', async () => {
    vi.stubEnv('BETTER_AUTH_URL', 'https://host.example.com');
    vi.stubEnv('BETTER_AUTH_SECRETS', '7:another-secret-another-secret-another-secret');
    vi.stubEnv('BETTER_AUTH_SECRET', 'another-secret-another-secret-another-secret');
    try {
      const { authenticator } = await withAnn();
      const browser = new Browser(authenticator);
      expect((await browser.signIn()).status).toBe(200);
      vi.unstubAllEnvs();
      await authenticator.start(contextOf());
      expect(await browser.who()).toBeDefined();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('calls nobody over the network', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    const { authenticator } = await withAnn();
    await new Browser(authenticator).signIn();
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test('many names for the server do not pile up, and share their sessions', async () => {
    const { authenticator } = await withAnn();
    const first = new Browser(authenticator, 'https://name-0.test');
    await first.signIn();
    for (let name = 1; name < 40; name++) {
      await new Browser(authenticator, `https://name-${name}.test`).post('/sign-out', {});
    }
    expect(await first.who()).toBeDefined();
  });
});
