import { createHmac } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { Storage } from '@rmm/core/ports';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ANN, Browser, errorOf, TestServer } from './testing/test-authenticator.js';

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
    const { authenticator, account } = await server.withAnn();
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
  }, 120_000);

  test('can be switched off by its owner with the password', async () => {
    const { authenticator, browser } = await withTotp();
    expect((await browser.post('/two-factor/disable', { password: 'wrong horse battery' })).status).toBe(400);
    expect((await browser.post('/two-factor/disable', { password: ANN.password })).status).toBe(200);
    const other = new Browser(authenticator);
    await other.signIn();
    expect(await other.who()).toBeDefined();
  });

  test('a host without it has no such routes, and the same tables', async () => {
    const { authenticator } = await server.withAnn();
    const without = await server.start({ totp: false });
    expect(without.models).toEqual(authenticator.models);
    const browser = new Browser(without);
    await browser.signIn();
    expect((await browser.post('/two-factor/enable', { password: ANN.password })).status).toBe(404);
  });
});
