import { createHmac } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { Storage } from '@rmm/core/ports';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ANN, Browser, codeOf, errorOf, TestServer } from './testing/test-authenticator.js';

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

describe('signing in with a password', () => {
  test('makes a session that is who the account belongs to', async () => {
    const { authenticator } = await server.withAnn();
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
    const { authenticator } = await server.withAnn();
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
    const { authenticator, account } = await server.withAnn();
    const answers = [
      await errorOf(await new Browser(authenticator).signIn('wrong horse battery')),
      await errorOf(await new Browser(authenticator).signIn(ANN.password, 'nobody@example.com')),
    ];
    server.active.delete(account);
    answers.push(await errorOf(await new Browser(authenticator).signIn()));
    for (const answer of answers) {
      expect(answer).toEqual({
        status: 401,
        code: 'UNAUTHENTICATED',
        message: 'Invalid email or password.',
        details: { reason: 'INVALID_EMAIL_OR_PASSWORD' },
      });
    }
    expect(server.logged.join()).not.toContain('horse');
  });

  test('a user who is disabled is refused at once', async () => {
    const { authenticator, account } = await server.withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn();
    server.active.delete(account);
    expect(await browser.who()).toBeUndefined();
  });

  test('signing out ends the session', async () => {
    const { authenticator } = await server.withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn();
    const stolen = new Map(browser.cookies);
    expect((await browser.post('/sign-out', {})).status).toBe(200);
    for (const [name, value] of stolen) browser.cookies.set(name, value);
    expect(await browser.who()).toBeUndefined();
  });

  test('a forged or altered cookie is nobody', async () => {
    const { authenticator } = await server.withAnn();
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
    vi.useFakeTimers({ now: server.now, toFake: ['Date'] });
    const { authenticator } = await server.withAnn({ sessionHours: 2 });
    const browser = new Browser(authenticator);
    await browser.signIn();
    vi.setSystemTime(server.now + 119 * 60_000);
    expect(await browser.who()).toBeDefined();
    vi.setSystemTime(server.now + 121 * 60_000);
    expect(await browser.who()).toBeUndefined();
  });

  test('a page of another site cannot sign anyone in or out', async () => {
    const { authenticator } = await server.withAnn();
    const browser = new Browser(authenticator);
    const evil = { origin: 'https://evil.test' };
    const response = await browser.post('/sign-in/email', { email: ANN.email, password: ANN.password }, evil);
    expect(await errorOf(response)).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
    await browser.signIn();
    expect((await browser.post('/sign-out', {}, evil)).status).toBe(403);
    expect(await browser.who()).toBeDefined();
  });

  test('changing one’s password needs the old one and ends other sessions', async () => {
    const { authenticator } = await server.withAnn();
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
    const { authenticator } = await server.withAnn();
    const browser = new Browser(authenticator);
    for (let guess = 0; guess < 10; guess++) {
      browser.address = `198.51.100.${guess}`;
      expect((await browser.signIn(`wrong horse battery ${guess}`)).status).toBe(401);
    }
    await expect(browser.signIn()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterMs: 15 * 60_000 },
    });
    server.now += 15 * 60_000;
    expect((await browser.signIn()).status).toBe(200);
  }, 120_000);

  test('the right password forgives what went before', async () => {
    const { authenticator } = await server.withAnn();
    const browser = new Browser(authenticator);
    await browser.signIn('wrong horse battery');
    expect(await storage.count('authAttempt')).toBe(1);
    await browser.signIn();
    expect(await storage.count('authAttempt')).toBe(0);
  });

  test('one address is bounded over all accounts, and told when to come back', async () => {
    const authenticator = await server.start();
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
    const { authenticator } = await server.withAnn();
    const response = await new Browser(authenticator).post('/sign-in/email', body);
    expect(await errorOf(response)).toMatchObject({ status, code: 'INVALID_INPUT' });
  });

  test('endless bodies are refused before they are read whole', async () => {
    const authenticator = await server.start();
    expect(await codeOf(new Browser(authenticator).post('/sign-in/email', 'x'.repeat(70_000)))).toBe(
      'PAYLOAD_TOO_LARGE',
    );
  });

  test('attempts at addresses that nobody has leave nothing for long, though nobody signs in', async () => {
    const { authenticator } = await server.withAnn();
    const browser = new Browser(authenticator);
    for (let guess = 0; guess < 30; guess++) {
      await browser.post('/sign-in/email', { email: `no-${guess}@example.com`, password: 'x' });
    }
    expect(await storage.count('authAttempt')).toBe(30);
    server.now += 3_600_000;
    await browser.post('/sign-in/email', { email: 'no-30@example.com', password: 'x' });
    expect(await storage.count('authAttempt')).toBe(1);
  }, 120_000);

  test('what has expired is removed', async () => {
    vi.useFakeTimers({ now: server.now, toFake: ['Date'] });
    const { authenticator } = await server.withAnn();
    await new Browser(authenticator).signIn();
    server.now += 13 * 3_600_000;
    vi.setSystemTime(server.now);
    await new Browser(authenticator).signIn();
    expect(await storage.count('authSession')).toBe(1);
  });
});
