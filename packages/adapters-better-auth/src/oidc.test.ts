import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { type Authenticator, type Storage, silentLogger } from '@rmm/core/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OidcProvider } from './authenticator-options.js';
import { betterAuthAuthenticator } from './better-auth-authenticator.js';

const SITE = 'https://rmm.test';
const BASE = '/rmm/api/auth';

/** An identity provider: OpenID Connect Core with code flow and PKCE, as far as one client needs it. */
class Provider {
  readonly #server: Server;
  readonly #key: KeyObject;
  readonly #codes = new Map<string, { nonce: string | null; challenge: string | null }>();
  claims: Record<string, unknown> = { sub: 'p-1', email: 'ann@example.com', email_verified: true };
  signWith: KeyObject;
  url = '';

  constructor() {
    this.#key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    this.signWith = this.#key;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = this.#answer(request.url ?? '', new URLSearchParams(Buffer.concat(chunks).toString()));
        response
          .writeHead(answer ? 200 : 400, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer ?? {}));
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** The user agrees: the address at which his browser goes on. */
  authorize(address: string): string {
    const query = new URL(address).searchParams;
    const code = randomUUID();
    this.#codes.set(code, { nonce: query.get('nonce'), challenge: query.get('code_challenge') });
    return `${query.get('redirect_uri')}?code=${code}&state=${query.get('state')}`;
  }

  #answer(path: string, form: URLSearchParams): object | undefined {
    if (path === '/.well-known/openid-configuration') {
      return {
        issuer: this.url,
        authorization_endpoint: `${this.url}/authorize`,
        token_endpoint: `${this.url}/token`,
        jwks_uri: `${this.url}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      };
    }
    if (path === '/jwks') {
      return {
        keys: [{ ...createPublicKey(this.#key).export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
      };
    }
    const grant = path === '/token' ? this.#codes.get(form.get('code') ?? '') : undefined;
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!grant || grant.challenge !== challenge) return undefined;
    return { access_token: 'at-secret', token_type: 'Bearer', expires_in: 60, id_token: this.#idToken(grant.nonce) };
  }

  #idToken(nonce: string | null): string {
    const iat = Math.floor(Date.now() / 1000);
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = { iss: this.url, aud: 'rmm', iat, exp: iat + 300, ...(nonce && { nonce }), ...this.claims };
    const content = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode(claims)}`;
    return `${content}.${sign('RSA-SHA256', Buffer.from(content), this.signWith).toString('base64url')}`;
  }
}

let storage: Storage;
let provider: Provider;
beforeEach(async () => {
  storage = sqliteStorage({ memory: true });
  provider = new Provider();
  await provider.start();
});
afterEach(async () => {
  await provider.stop();
  await storage.close();
});

async function start(options: Partial<OidcProvider> = {}): Promise<Required<Authenticator>> {
  const discoveryUrl = `${provider.url}/.well-known/openid-configuration`;
  const authenticator = betterAuthAuthenticator({
    baseUrl: SITE,
    oidc: [{ id: 'corp', discoveryUrl, clientId: 'rmm', clientSecret: 's', ...options }],
  }) as Required<Authenticator>;
  await storage.migrate(authenticator.models);
  await authenticator.start({
    storage,
    clock: { now: () => Date.now(), after: () => () => {} },
    ids: { next: () => randomUUID(), random: (bytes) => new Uint8Array(bytes) },
    logger: silentLogger,
    secret: new Uint8Array(32).fill(5),
    userOf: async (account) => ({ systemId: 'sys1', userId: `user-of-${account}` }),
  });
  return authenticator;
}

/** Signs in through the provider, as a browser would; gives where it lands and its cookies. */
async function signIn(authenticator: Required<Authenticator>, meddle: (address: string) => string = (it) => it) {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
    const response = await authenticator.handle(new Request(path, { ...init, headers }), BASE);
    if (!response) throw new Error(`${path} is not open`);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  const begun = await send(`${SITE}${BASE}/sign-in/social`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: SITE },
    body: JSON.stringify({ provider: 'corp', callbackURL: '/rmm/' }),
  });
  const state = begun.headers.getSetCookie().find((line) => line.includes('state'));
  const { url } = (await begun.json()) as { url: string };
  const back = meddle(provider.authorize(url));
  const landed = await send(back, { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } });
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const who = await authenticator.authenticate(new Request(`${SITE}/rmm/api/v1/session`, { headers: { cookie } }));
  return { url, state, who, location: landed.headers.get('location') };
}

describe('signing in through an OpenID Connect provider', () => {
  test('an existing account is found by its verified e-mail', async () => {
    const authenticator = await start();
    const account = await authenticator.accounts.create({
      email: 'ann@example.com',
      name: 'Ann',
      password: 'x'.repeat(20),
    });
    const { url, state, who, location } = await signIn(authenticator);
    expect(new URL(url).searchParams.get('redirect_uri')).toBe(`${SITE}${BASE}/callback/corp`);
    expect(state?.toLowerCase()).toContain('samesite=lax');
    expect(who?.actor).toEqual({ kind: 'user', systemId: 'sys1', userId: `user-of-${account}` });
    expect(location).toBe('/rmm/');
    expect(JSON.stringify(await storage.find('authAccount'))).not.toContain('at-secret');
    expect((await signIn(authenticator)).who).toEqual({ ...who, sessionId: expect.any(String) });
  });

  test('nobody signs up by it', async () => {
    const { who, location } = await signIn(await start());
    expect(who).toBeUndefined();
    expect(location).toMatch(/^https:\/\/rmm\.test\/rmm\/\?error=signup_disabled/);
    expect(await storage.count('authUser')).toBe(0);
  });

  test('an address that the provider did not verify counts only where the host trusts it', async () => {
    provider.claims = { sub: 'p-1', email: 'ann@example.com' };
    const strict = await start();
    await strict.accounts.create({ email: 'ann@example.com', name: 'Ann', password: 'x'.repeat(20) });
    const { who, location } = await signIn(strict);
    expect([who, location]).toEqual([undefined, expect.stringContaining('error=account_not_linked')]);
    expect((await signIn(await start({ trustEmail: true }))).who).toBeDefined();
  });

  test('a token that the provider did not sign, or made for another client, is refused', async () => {
    const authenticator = await start();
    await authenticator.accounts.create({ email: 'ann@example.com', name: 'Ann', password: 'x'.repeat(20) });
    const own = provider.signWith;
    provider.signWith = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect((await signIn(authenticator)).who).toBeUndefined();
    provider.signWith = own;
    provider.claims = { ...provider.claims, aud: 'another-client' };
    expect((await signIn(authenticator)).who).toBeUndefined();
    provider.claims = { ...provider.claims, aud: 'rmm', nonce: 'replayed' };
    expect((await signIn(authenticator)).who).toBeUndefined();
  });

  test('a callback that this browser did not begin is refused', async () => {
    const authenticator = await start();
    await authenticator.accounts.create({ email: 'ann@example.com', name: 'Ann', password: 'x'.repeat(20) });
    const { who } = await signIn(authenticator, (back) => back.replace(/state=[^&]+/, 'state=forged'));
    expect(who).toBeUndefined();
  });

  test('a redirect to another site is refused', async () => {
    const authenticator = await start();
    const request = new Request(`${SITE}${BASE}/sign-in/social`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: SITE },
      body: JSON.stringify({ provider: 'corp', callbackURL: 'https://evil.test/' }),
    });
    expect((await authenticator.handle(request, BASE))?.status).toBe(403);
  });

  test('a provider that is down stops only itself', async () => {
    const authenticator = await start({ discoveryUrl: 'http://127.0.0.1:1/.well-known/openid-configuration' });
    await authenticator.accounts.create({ email: 'ann@example.com', name: 'Ann', password: 'x'.repeat(20) });
    const post = (path: string, body: object) =>
      authenticator.handle(
        new Request(`${SITE}${BASE}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: SITE },
          body: JSON.stringify(body),
        }),
        BASE,
      );
    expect((await post('/sign-in/social', { provider: 'corp' }))?.status).toBe(404);
    expect((await post('/sign-in/email', { email: 'ann@example.com', password: 'x'.repeat(20) }))?.status).toBe(200);
  });
});
