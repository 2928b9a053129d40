import type { ModelDef, Storage } from '../storage/storage.js';
import type { Actor } from './actor.js';
import type { Clock } from './clock.js';
import type { Ids } from './ids.js';
import type { Logger } from './logger.js';

/** Who an HTTP request comes from. */
export interface Authenticated {
  readonly actor: Actor;
  /**
   * `cookie` when a browser attached the credential by itself: state changes then need a matching Origin and CSRF token.
   * `token` when the caller put it there knowingly (Authorization header).
   */
  readonly via: 'cookie' | 'token';
  /** Names the session, for the CSRF token; required with `cookie`. */
  readonly sessionId?: string;
}

/** What the server lends an authenticator. */
export interface AuthenticatorContext {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** 32 secret bytes for this authenticator alone, the same at every start. */
  readonly secret: Uint8Array;
  /** The active user that has this account, if any. */
  userOf(account: string): Promise<{ systemId: string; userId: string } | undefined>;
}

/** An account to be made for a user. */
export interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/** Request → actor. A host brings its own; `@rmm/adapters-better-auth` is one that keeps accounts in the RMM's storage. */
export interface Authenticator {
  readonly id: string;
  /** Tables that it keeps in the RMM's storage. */
  readonly models?: readonly ModelDef[];
  start?(context: AuthenticatorContext): Promise<void>;
  /** Undefined when the request carries no valid credential. Must not throw for bad credentials. */
  authenticate(request: Request): Promise<Authenticated | undefined>;
  /**
   * Serves the authenticator's own routes (sign-in, sign-out, two-factor) below `basePath`; undefined = not one of mine.
   * The header `x-rmm-client-address` holds the caller's address as far as the host's proxies are to be believed; it is
   * never the caller's own word.
   */
  handle?(request: Request, basePath: string): Promise<Response | undefined>;
  /** Present when this authenticator keeps the accounts: operations on users then reach through it. */
  readonly accounts?: {
    /** Makes an account and returns its name. @throws RmmError `CONFLICT` when the e-mail is taken, `INVALID_INPUT` for a weak password. */
    create(account: NewAccount): Promise<string>;
    /** Changes nothing, and refuses what `setPassword` would refuse: that is then not in the activity log as done. */
    checkPassword?(account: string, password: string): Promise<void>;
    setPassword(account: string, password: string): Promise<void>;
    /** Ends all sessions of the account. */
    signOut(account: string): Promise<void>;
    remove(account: string): Promise<void>;
  };
}
