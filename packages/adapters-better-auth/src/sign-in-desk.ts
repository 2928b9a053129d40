import type { AuthenticatorContext } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { AttemptLimit } from './attempt-limit.js';
import { type AuthInstance, AuthInstances } from './auth-instances.js';
import { inApiTerms } from './auth-response.js';
import { openRoute, SIGN_IN } from './auth-routes.js';
import type { BetterAuthAuthenticatorOptions } from './authenticator-options.js';
import { ExpiredRows } from './expired-rows.js';

/** No body of these routes is longer. */
const MAX_BODY = 64 * 1024;
/** How the session cookie is named where it travels over TLS only. */
const SECURE_COOKIE = '__Secure-rmm.session_token=';
const BASE_PATH = '/api/auth';

/** Who a session cookie belongs to, and the open routes of Better Auth. */
export class SignInDesk {
  readonly #options: BetterAuthAuthenticatorOptions;
  readonly #instances: AuthInstances;
  readonly #attempts: AttemptLimit;
  readonly #expired: ExpiredRows;

  constructor(context: AuthenticatorContext, options: BetterAuthAuthenticatorOptions) {
    this.#options = options;
    this.#instances = new AuthInstances(context, options);
    this.#attempts = new AttemptLimit(context.storage, context.clock);
    this.#expired = new ExpiredRows(context);
  }

  async sessionOf(headers: Headers): Promise<{ id: string; account: string } | undefined> {
    const cookie = headers.get('cookie');
    if (!cookie?.includes('rmm.session_token=')) return undefined;
    const auth = this.#forCookie(cookie.includes(SECURE_COOKIE));
    const found = await auth.api.getSession({ headers: new Headers({ cookie }), query: { disableRefresh: true } });
    return found ? { id: found.session.id, account: found.user.id } : undefined;
  }

  async serve(request: Request, basePath: string): Promise<Response | undefined> {
    const route = openRoute(request, basePath);
    if (!route) return undefined;
    const body = request.method === 'GET' ? undefined : await bodyOf(request);
    const email = route === SIGN_IN ? emailIn(body ?? '') : undefined;
    if (email !== undefined) {
      // At every attempt, for a stranger who tries one address after the other leaves rows without ever signing in.
      await this.#expired.prune();
      await this.#attempts.begin(email);
    }
    const origin = this.#options.baseUrl ? new URL(this.#options.baseUrl).origin : new URL(request.url).origin;
    const auth = this.#instances.at({ origin, basePath });
    const { method, headers } = request;
    const response = await auth.handler(new Request(request.url, { method, headers, ...(body && { body }) }));
    if (email !== undefined && response.ok) await this.#attempts.succeeded(email);
    return inApiTerms(response);
  }

  /** Reading a session depends on neither origin nor path, only on the cookie's name. */
  #forCookie(secure: boolean): AuthInstance {
    const { baseUrl } = this.#options;
    const origin = baseUrl ? new URL(baseUrl).origin : `${secure ? 'https' : 'http'}://localhost`;
    return this.#instances.at({ origin, basePath: BASE_PATH });
  }
}

async function bodyOf(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY) throw new RmmError('PAYLOAD_TOO_LARGE', `The request body exceeds ${MAX_BODY} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The e-mail that someone wants to sign in with. What is no sign-in at all, Better Auth refuses itself. */
function emailIn(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const email = typeof value === 'object' && value !== null && 'email' in value ? value.email : undefined;
    return typeof email === 'string' ? email : undefined;
  } catch {
    return undefined;
  }
}
