import { isRmmError, RmmError } from '@rmm/protocol';
import { fileOf } from './file-of.js';
import type { Input } from './request-of.js';
import { requestOf } from './request-of.js';
import { responseError } from './response-error.js';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface HttpOptions {
  /** Where the API is mounted, as in `https://rmm.example/api`: `/v1` and `/auth` lie below it. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Sent with every request; an `authorization` among them replaces the cookie session and its CSRF token. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly credentials: RequestCredentials;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Speaks HTTP with the server: credentials, CSRF token, errors. */
export class HttpCaller {
  readonly #options: HttpOptions;
  #csrf: Promise<string | null> | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Runs an operation by its route. @throws RmmError; an aborted call rejects with the signal's reason. */
  async call(route: string, input: Input, { signal }: CallOptions = {}): Promise<unknown> {
    const { method, path, body } = requestOf(route, input);
    const send = async (): Promise<unknown> => {
      const headers = { ...(body !== undefined && JSON_BODY), ...(method !== 'GET' && (await this.#csrfHeader())) };
      return this.#json(`/v1${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      });
    };
    try {
      return await send();
    } catch (error) {
      if (!isRmmError(error, 'CSRF_TOKEN_REFUSED')) throw error;
      this.forgetSession();
      return send();
    }
  }

  /** The server's description of itself, OpenAPI. */
  describe(): Promise<unknown> {
    return this.#json('/openapi.json', { method: 'GET' });
  }

  /** Calls a route of the authenticator. */
  auth(path: string, input: Input): Promise<unknown> {
    return this.#json(`/auth${path}`, { method: 'POST', headers: JSON_BODY, body: JSON.stringify(input) });
  }

  /** Opens a stream of server-sent events. */
  stream(route: string, input: Input, signal: AbortSignal): Promise<Response> {
    const { method, path } = requestOf(route, input);
    return this.#send(`/v1${path}`, { method, headers: { accept: 'text/event-stream' }, signal });
  }

  /** Drops what was remembered of the session, after someone signed in or out. */
  forgetSession(): void {
    this.#csrf = undefined;
  }

  async #json(path: string, init: RequestInit): Promise<unknown> {
    const response = await this.#send(path, init);
    const text = await response.text();
    const file = fileOf(response, text);
    if (file) return file;
    if (text === '') return {};
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new RmmError('INTERNAL', `The server's answer to ${path} is not JSON.`, { cause });
    }
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const { baseUrl, fetch, headers, credentials } = this.#options;
    const all = { accept: 'application/json', ...headers(), ...(init.headers as Record<string, string> | undefined) };
    let response: Response;
    try {
      response = await fetch(`${baseUrl}${path}`, { credentials, ...init, headers: all });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new RmmError('SERVER_UNREACHABLE', 'The server does not answer. Check the network and try again.', {
        cause,
      });
    }
    if (response.ok) return response;
    throw await responseError(response);
  }

  async #csrfHeader(): Promise<Readonly<Record<string, string>>> {
    const names = Object.keys(this.#options.headers()).map((name) => name.toLowerCase());
    if (names.includes('authorization')) return {};
    this.#csrf ??= this.#fetchCsrf();
    try {
      const token = await this.#csrf;
      return token === null ? {} : { 'x-rmm-csrf': token };
    } catch (error) {
      this.#csrf = undefined;
      throw error;
    }
  }

  /** Null for callers that the server knows by something else than a cookie. */
  async #fetchCsrf(): Promise<string | null> {
    const { token } = (await this.#json('/v1/csrf', { method: 'GET' })) as { token?: unknown };
    if (typeof token === 'string' || token === null) return token;
    throw new RmmError('INTERNAL', 'The server gave no CSRF token.');
  }
}

const JSON_BODY = { 'content-type': 'application/json' } as const;
