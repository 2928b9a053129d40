import { isRmmError, RmmError } from '@rmm/protocol';
import { type ClientAuth, createAuth } from './auth.js';
import { type CallOptions, type Fetch, HttpCaller } from './http/http-caller.js';
import type { Input } from './http/request-of.js';
import { LiveEvents, type LiveOptions } from './live/live-events.js';
import { readEvents } from './live/read-events.js';
import { type OperationInfo, operationsOf } from './operation-list.js';
import type { AnsweringOperation, InputOf, OutputOf, RemoteApi } from './operation-types.js';
import { ROUTES } from './routes.js';
import { QueryCache } from './store/query-cache.js';
import type { QueryStore, QueryTiming } from './store/query-store.js';
import type { RefreshTrigger } from './store/refresh-trigger.js';

export interface ClientOptions {
  /** Where the API is mounted; `/v1` and `/auth` lie below it. Default `/api` of the page's own server. */
  readonly baseUrl?: string;
  /** Default the platform's. */
  readonly fetch?: Fetch;
  /** Sent with every request. With an `authorization` no cookie session and no CSRF token is used. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** `include` for a page of another origin than the API's, which the server must allow. Default `same-origin`. */
  readonly credentials?: RequestCredentials;
  /** Routes of plugins' operations, as in `{ 'patches.approve': 'POST /patches/:patchId/approve' }`. */
  readonly routes?: Readonly<Record<string, string>>;
  readonly live?: Pick<LiveOptions, 'backoffMs' | 'silenceMs'>;
  readonly queries?: Partial<QueryTiming>;
}

export interface QueryOptions {
  /** Events after which the answer may be another. */
  readonly refreshOn?: readonly RefreshTrigger[];
}

/** The API of a server, typed, with what a user interface needs around it. */
export interface RmmClient extends RemoteApi, ClientAuth {
  /** Events of the System as they happen; `live.start()` connects. */
  readonly live: LiveEvents;
  /** A live answer to a query, as a store. Equal questions share one. */
  query<Name extends AnsweringOperation>(
    name: Name,
    input: InputOf<Name>,
    options?: QueryOptions,
  ): QueryStore<OutputOf<Name>>;
  /** Calls any operation by its full name, also one of a plugin. */
  call<Name extends AnsweringOperation>(
    name: Name,
    input: InputOf<Name>,
    options?: CallOptions,
  ): Promise<OutputOf<Name>>;
  call(name: string, input: Input, options?: CallOptions): Promise<unknown>;
  /** Marks answers of {@link query} as stale: `devices.*`, `devices.list`, `*`. */
  invalidate(pattern: string): void;
  /**
   * Lets an account administrator look at the System as a role shows it, until `null` or another sign-in: every call and the
   * live connection go by its rights, and commands are refused. Answers of {@link query} are forgotten and fetched anew.
   */
  viewAs(roleId: string | null): void;
  /** What users can do on this server, by name and summary. */
  operations(): Promise<readonly OperationInfo[]>;
}

/**
 * Makes a client of an RMM server, for browsers and Node.
 *
 *     const client = createClient({ baseUrl: 'https://rmm.example/api' });
 *     await client.signIn('ann@example.com', password);
 *     const { items } = await client.devices.list({ search: 'web' });
 *
 * @typeParam Plugins - the calls that plugins add; give their routes in the options
 */
export function createClient<Plugins extends object = Record<never, never>>(
  options: ClientOptions = {},
): RmmClient & Plugins {
  const routes: Readonly<Record<string, string>> = { ...ROUTES, ...options.routes };
  const { headers = {} } = options;
  let viewed: string | null = null;
  const http = new HttpCaller({
    baseUrl: (options.baseUrl ?? '/api').replace(/\/+$/, ''),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    credentials: options.credentials ?? 'same-origin',
    headers: () => ({
      ...(typeof headers === 'function' ? headers() : headers),
      ...(viewed !== null && { [VIEW_AS_HEADER]: viewed }),
    }),
  });
  const routeOf = (name: string): string => {
    const route = routes[name];
    if (route) return route;
    throw new RmmError('UNKNOWN_OPERATION', `The client knows no route of ${name}; name it in the option routes.`);
  };
  const call = async (name: string, input: Input = {}, callOptions: CallOptions = {}): Promise<unknown> => {
    try {
      const answer = await http.call(routeOf(name), input, callOptions);
      if (name === USE_ROLE) otherRights();
      return answer;
    } catch (error) {
      // The session is over: whoever shows who is signed in asks again.
      if (name !== SESSION && isRmmError(error, 'UNAUTHENTICATED')) cache.invalidate(SESSION);
      // The role is gone, or may not be viewed any more: without this nothing could be shown but that.
      if (name === SESSION && (isRmmError(error, 'NOT_FOUND') || isRmmError(error, 'FORBIDDEN'))) viewAs(null);
      throw error;
    }
  };
  const open = (signal: AbortSignal, input: Input = {}) => http.stream(routeOf('events.subscribe'), input, signal);

  const live = new LiveEvents({ open, ...options.live });
  const cache = new QueryCache((name, input, signal) => call(name, input, { signal }), live, {
    debounceMs: 150,
    restMs: 400,
    ...options.queries,
  });
  const otherRights = (): void => {
    cache.renew();
    live.reconnect();
  };
  const viewAs = (roleId: string | null): void => {
    if (roleId === viewed) return;
    viewed = roleId;
    otherRights();
  };
  const signedInAnew = (): void => {
    viewed = null;
    cache.clear();
  };
  const client = {
    ...featuresOf(Object.keys(routes), call),
    ...createAuth(http, signedInAnew),
    events: { subscribe: (input: Input = {}) => subscribe(open, input) },
    live,
    query: (name: string, input: Input, { refreshOn = [] }: QueryOptions = {}) => cache.get(name, input, refreshOn),
    call,
    invalidate: (pattern: string) => cache.invalidate(pattern),
    viewAs,
    operations: async () => operationsOf(await http.describe()),
  };
  // Built from the route table, which a test holds equal to the contracts that the type is made of.
  return client as unknown as RmmClient & Plugins;
}

const SESSION = 'session.get';
const USE_ROLE = 'session.useRole';
const VIEW_AS_HEADER = 'x-rmm-view-as';

type Features = Record<string, Record<string, (input?: Input) => Promise<unknown>>>;

function featuresOf(names: readonly string[], call: (name: string, input?: Input) => Promise<unknown>): Features {
  const features: Features = {};
  for (const name of names) {
    const dot = name.lastIndexOf('.');
    const feature = name.slice(0, dot);
    features[feature] = { ...features[feature], [name.slice(dot + 1)]: (input) => call(name, input) };
  }
  return features;
}

async function* subscribe(open: (signal: AbortSignal, input: Input) => Promise<Response>, input: Input) {
  const stopped = new AbortController();
  try {
    yield* readEvents(await open(stopped.signal, input));
  } finally {
    stopped.abort();
  }
}
