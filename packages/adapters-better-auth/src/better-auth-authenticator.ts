import type { Authenticated, Authenticator, AuthenticatorContext } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { attemptModel } from './attempt-limit.js';
import { AuthAccounts } from './auth-accounts.js';
import type { BetterAuthAuthenticatorOptions } from './authenticator-options.js';
import { tableOptions } from './better-auth-options.js';
import { SignInDesk } from './sign-in-desk.js';
import { authModels } from './storage/auth-models.js';

/**
 * Accounts with e-mail and password, kept in the RMM's own storage by Better Auth: sessions, a second factor by
 * authenticator app, sign-in through OpenID Connect providers, limits on guessing. Nobody can sign up; accounts are made
 * by `users.create`.
 *
 * @example
 * ```ts
 * const rmm = await createRmm({ storage, masterKey, authenticator: betterAuthAuthenticator() });
 * ```
 * @throws TypeError when `baseUrl` is no origin, or missing beside `oidc`.
 */
export function betterAuthAuthenticator(options: BetterAuthAuthenticatorOptions = {}): Authenticator {
  return new BetterAuthAuthenticator(options);
}

class BetterAuthAuthenticator implements Authenticator {
  readonly id = 'better-auth';
  readonly models = [...authModels(tableOptions()), attemptModel];
  readonly accounts = new AuthAccounts(() => this.#running().context);
  readonly #options: BetterAuthAuthenticatorOptions;
  #started: { readonly context: AuthenticatorContext; readonly desk: SignInDesk } | undefined;

  constructor(options: BetterAuthAuthenticatorOptions) {
    this.#options = checked(options);
  }

  async start(context: AuthenticatorContext): Promise<void> {
    this.#started = { context, desk: new SignInDesk(context, this.#options) };
  }

  async authenticate(request: Request): Promise<Authenticated | undefined> {
    const { context, desk } = this.#running();
    const session = await desk.sessionOf(request.headers);
    const user = session && (await context.userOf(session.account));
    return user && { actor: { kind: 'user', ...user }, via: 'cookie', sessionId: session.id };
  }

  handle(request: Request, basePath: string): Promise<Response | undefined> {
    return this.#running().desk.serve(request, basePath);
  }

  #running() {
    if (this.#started) return this.#started;
    throw new RmmError('NOT_STARTED', 'The authenticator was used before the server’s start().');
  }
}

function checked(options: BetterAuthAuthenticatorOptions): BetterAuthAuthenticatorOptions {
  const { baseUrl, oidc = [] } = options;
  if (baseUrl !== undefined && (!URL.canParse(baseUrl) || new URL(baseUrl).origin !== baseUrl.replace(/\/$/, ''))) {
    throw new TypeError(`baseUrl: "${baseUrl}" is no origin; write it as https://rmm.example.com.`);
  }
  if (oidc.length > 0 && baseUrl === undefined) {
    throw new TypeError('baseUrl is needed with oidc: providers send browsers back to one fixed address.');
  }
  return options;
}
