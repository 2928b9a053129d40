import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { Storage } from '@rmm/core/ports';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { betterAuthAuthenticator } from './better-auth-authenticator.js';
import { ANN, BASE, Browser, codeOf, SITE, TestServer } from './testing/test-authenticator.js';

let storage: Storage;
let server: TestServer;
beforeEach(() => {
  storage = sqliteStorage({ memory: true });
  server = new TestServer(storage);
});
afterEach(async () => {
  vi.useRealTimers();
  await storage.close();
});

describe('accounts', () => {
  test('keep no password, only its memory-hard hash', async () => {
    await server.withAnn();
    const [row] = await storage.find('authAccount');
    expect(row?.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    expect(JSON.stringify(await storage.find('authUser'))).toContain('ann@example.com');
  });

  test('need a password of proper length and an address of their own', async () => {
    const { authenticator } = await server.withAnn();
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
    const { authenticator, account } = await server.withAnn();
    const { accounts } = authenticator;
    const browser = new Browser(authenticator);
    await browser.signIn();
    await accounts.signOut(account);
    expect(await browser.who()).toBeUndefined();
    const check = async (of: string, password: string) => accounts.checkPassword?.(of, password);
    expect(await codeOf(check(account, 'short'))).toBe('INVALID_INPUT');
    expect(await codeOf(check('nobody', 'given by the admin'))).toBe('NOT_FOUND');
    await check(account, 'given by the admin');
    expect((await browser.signIn()).status).toBe(200);
    await accounts.signOut(account);
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
    const authenticator = await server.start();
    for (const method of ['GET', 'POST']) {
      expect(await authenticator.handle(new Request(`${SITE}${BASE}${path}`, { method }), BASE)).toBeUndefined();
    }
  });

  test('another base path', async () => {
    const authenticator = await server.start();
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
      const { authenticator } = await server.withAnn();
      const browser = new Browser(authenticator);
      expect((await browser.signIn()).status).toBe(200);
      vi.unstubAllEnvs();
      await authenticator.start(server.context());
      expect(await browser.who()).toBeDefined();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('calls nobody over the network', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    const { authenticator } = await server.withAnn();
    await new Browser(authenticator).signIn();
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test('many names for the server do not pile up, and share their sessions', async () => {
    const { authenticator } = await server.withAnn();
    const first = new Browser(authenticator, 'https://name-0.test');
    await first.signIn();
    for (let name = 1; name < 40; name++) {
      await new Browser(authenticator, `https://name-${name}.test`).post('/sign-out', {});
    }
    expect(await first.who()).toBeDefined();
  });
});
