import { type EnrolmentToken, isRmmError } from '@rmm/protocol';
import type { Identity, IdentityStore, ServerAddress } from '../identity/identity.js';
import { Backoff, type BackoffOptions } from '../wire/backoff.js';
import { Goodbye, Link } from '../wire/link.js';
import { type AgentLog, reasonOf, toError } from './agent-log.js';
import type { AgentEnd, AgentStatus } from './agent-options.js';
import { enrol } from './enrolment.js';
import { Session, type SessionParts } from './session.js';

/**
 * After a refusal that only people can lift, milliseconds at least. A deleted device is among them: whoever holds the server
 * could say that to a whole fleet, so an agent removes itself only on its System's signed order.
 */
const REFUSED_MS = 60_000;
const TOKEN_REFUSALS: ReadonlySet<string> = new Set(['ENROLMENT_TOKEN_INVALID', 'ENROLMENT_TOKEN_EXPIRED']);
const REFUSALS: ReadonlySet<string> = new Set([
  'DEVICE_DELETED',
  'IDENTITY_REFUSED',
  'DEVICE_CLONED',
  'PROTOCOL_UNSUPPORTED',
  'SERVER_KEY_MISMATCH',
]);

export interface ConnectorParts {
  readonly store: IdentityStore;
  readonly token: EnrolmentToken | undefined;
  readonly proxy: string | undefined;
  readonly connectMs: number;
  readonly backoff: BackoffOptions;
  readonly session: Omit<SessionParts, 'onOnline'>;
  readonly log: AgentLog;
  readonly onStatus: (status: AgentStatus) => void;
}

/** Keeps the agent connected: one address after the other, with growing waits, until it is stopped or refused for good. */
export class Connector {
  readonly #parts: ConnectorParts;
  readonly #stop = new AbortController();
  readonly #backoff: Backoff;
  #link: Link | undefined;
  #attempt = 0;
  #onlineAt: number | undefined;
  #wake: (() => void) | undefined;
  /** Another computer has the identity. It is kept until there is a new one: the token may admit no more. */
  #isCloned = false;

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.backoff);
  }

  /** The open connection, for what may be lost. */
  get link(): Link | undefined {
    return this.#onlineAt === undefined ? undefined : this.#link;
  }

  async run(): Promise<AgentEnd> {
    while (!this.#stop.signal.aborted) {
      const end = await this.#connect().catch((error: unknown) => this.#failed(error));
      if (end !== undefined) return end;
    }
    return { reason: 'stopped' };
  }

  stop(): void {
    this.#stop.abort();
    this.#link?.close();
    this.#wake?.();
  }

  /** One connection from its opening to its end, which is always an error. */
  async #connect(): Promise<never> {
    const { store, token, proxy, connectMs, log, onStatus, session } = this.#parts;
    const server = this.#server();
    const url = new URL(server.urls[this.#attempt++ % server.urls.length] ?? '');
    onStatus({ state: 'connecting', url: url.href });
    const link = await Link.open({ url, pin: server.pin, proxy }, connectMs, this.#stop.signal);
    this.#link = link;
    try {
      const challenge = await link.expect('challenge', connectMs);
      let { identity } = store;
      if ((identity === undefined || this.#isCloned) && token !== undefined) {
        identity = await enrol(link, challenge, {
          ...session,
          store,
          token,
          forgetOldDevice: async () => {
            await session.journal.clear();
            await session.policies.clear();
          },
        });
        this.#isCloned = false;
        log('info', `Enrolled as device ${identity.deviceId}`);
      }
      if (identity === undefined) throw new Error('Not enrolled');
      const onOnline = () => this.#online(url, identity);
      return await new Session(link, identity, { ...session, onOnline }).run(challenge);
    } finally {
      this.#link = undefined;
      link.close();
    }
  }

  #server(): ServerAddress {
    const { store, token } = this.#parts;
    const server = store.identity?.server ?? token;
    if (server === undefined) throw new Error('Not enrolled');
    return server;
  }

  #online(url: URL, { deviceId }: Identity): void {
    this.#onlineAt = performance.now();
    this.#parts.log('info', `Connected to ${url.host}`);
    this.#parts.onStatus({ state: 'online', url: url.href, deviceId });
  }

  /** Decides what becomes of an end of a connection; waits before the next attempt. */
  async #failed(thrown: unknown): Promise<AgentEnd | undefined> {
    const { store, token, log, onStatus } = this.#parts;
    const error = toError(thrown);
    const lasted = this.#onlineAt === undefined ? 0 : performance.now() - this.#onlineAt;
    this.#onlineAt = undefined;
    if (this.#stop.signal.aborted) return { reason: 'stopped' };
    const code = isRmmError(error) ? error.code : '';
    if (TOKEN_REFUSALS.has(code) && store.identity === undefined) return { reason: 'refused', error };
    this.#backoff.ended(lasted);
    let asked = error instanceof Goodbye ? (error.retryAfterMs ?? 0) : 0;
    const isCloned = code === 'DEVICE_CLONED' && token !== undefined;
    if (isCloned) log('warn', 'Another computer has this identity; enrolling anew');
    else if (REFUSALS.has(code) || TOKEN_REFUSALS.has(code)) asked = Math.max(asked, REFUSED_MS);
    if (isCloned || TOKEN_REFUSALS.has(code)) this.#isCloned = isCloned;
    const retryInMs = this.#backoff.next(asked);
    const name = code === '' ? '' : ` (${code})`;
    log('warn', `Not connected: ${reasonOf(error)}${name}; trying again in ${(retryInMs / 1000).toFixed(1)} s`);
    onStatus({ state: 'waiting', error, retryInMs });
    await this.#wait(retryInMs);
    return undefined;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
