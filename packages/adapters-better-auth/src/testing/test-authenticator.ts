import type { Authenticator, AuthenticatorContext, Storage } from '@rmm/core/ports';
import { isRmmError } from '@rmm/protocol';
import type { BetterAuthAuthenticatorOptions } from '../authenticator-options.js';
import { betterAuthAuthenticator } from '../better-auth-authenticator.js';

export const SITE = 'https://rmm.test';
export const BASE = '/api/auth';
export const ANN = { email: 'Ann@Example.com', name: 'Ann', password: 'correct horse battery' };

/** What stands for the server behind an authenticator, and can be turned by hand. */
export class TestServer {
  now = Date.UTC(2026, 10, 21);
  /** Accounts of users that may sign in. */
  readonly active = new Map<string, { systemId: string; userId: string }>();
  readonly logged: string[] = [];
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  context(): AuthenticatorContext {
    let id = 0;
    const log = (message: string, meta?: unknown) => void this.logged.push(`${message} ${JSON.stringify(meta)}`);
    return {
      storage: this.#storage,
      clock: { now: () => this.now, after: () => () => {} },
      ids: { next: () => `id-${++id}`, random: (bytes) => new Uint8Array(bytes) },
      logger: { debug: log, info: log, warn: log, error: log },
      secret: new Uint8Array(32).map((_, index) => index * 7),
      userOf: async (account) => this.active.get(account),
    };
  }

  async start(options: BetterAuthAuthenticatorOptions = {}): Promise<Required<Authenticator>> {
    const authenticator = betterAuthAuthenticator(options) as Required<Authenticator>;
    await this.#storage.migrate(authenticator.models);
    await authenticator.start(this.context());
    return authenticator;
  }

  async withAnn(options?: BetterAuthAuthenticatorOptions) {
    const authenticator = await this.start(options);
    const account = await authenticator.accounts.create(ANN);
    this.active.set(account, { systemId: 'sys1', userId: 'ann' });
    return { authenticator, account };
  }
}

/** A browser: keeps cookies, tells its origin. */
export class Browser {
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

export const errorOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string; details?: object } };
  return { status: response.status, ...error };
};
export const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (isRmmError(error) ? error.code : String(error)),
  );
