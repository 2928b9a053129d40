import type { AuthenticatorContext } from '@rmm/core/ports';
import { betterAuth } from 'better-auth/minimal';
import type { BetterAuthAuthenticatorOptions } from './authenticator-options.js';
import { type AuthSite, betterAuthOptions } from './better-auth-options.js';

/** What is used of Better Auth. */
export type AuthInstance = Pick<ReturnType<typeof betterAuth>, 'handler' | 'api'>;

/** Clients choose the Host header, so what is kept for its sake is bounded. */
const MAX_INSTANCES = 16;

/**
 * Better Auth fixes origin, path and the kind of cookie when it is set up; browsers may see this server under several.
 * All instances share one storage and one secret, so a session of one is a session of all.
 */
export class AuthInstances {
  readonly #context: AuthenticatorContext;
  readonly #options: BetterAuthAuthenticatorOptions;
  readonly #instances = new Map<string, AuthInstance>();

  constructor(context: AuthenticatorContext, options: BetterAuthAuthenticatorOptions) {
    this.#context = context;
    this.#options = options;
  }

  at(site: AuthSite): AuthInstance {
    const key = `${site.origin}${site.basePath}`;
    const known = this.#instances.get(key);
    this.#instances.delete(key);
    const instance = known ?? betterAuth(betterAuthOptions(this.#context, this.#options, site));
    this.#instances.set(key, instance);
    const [oldest] = this.#instances.keys();
    if (this.#instances.size > MAX_INSTANCES && oldest !== undefined) this.#instances.delete(oldest);
    return instance;
  }
}
