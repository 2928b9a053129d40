import type { RmmApi } from './core-api.js';
import type { RmmEventName, RmmEvents } from './event/rmm-events.js';
import type { RmmPlugin } from './plugin/plugin.js';
import type { Actor } from './port/actor.js';
import type { AgentTransport } from './port/agent-transport.js';
import type { Authenticator } from './port/authenticator.js';
import type { Clock } from './port/clock.js';
import type { Ids } from './port/ids.js';
import type { Logger } from './port/logger.js';
import type { OperationHost } from './port/operation-host.js';
import type { SecretBox } from './port/secret-box.js';
import type { Signer } from './port/signer.js';
import type { Storage, StorageOps } from './storage/storage.js';

export type AnyPlugins = readonly RmmPlugin[];

type Intersect<Union> = (Union extends unknown ? (part: Union) => void : never) extends (whole: infer Whole) => void
  ? Whole
  : never;
/** What plugins add to {@link RmmApi}. */
export type ApiOfPlugins<Plugins extends AnyPlugins> = [Plugins[number]] extends [never]
  ? object
  : Intersect<Plugins[number] extends RmmPlugin<infer Api> ? Api : object>;

export interface RmmOptions<Plugins extends AnyPlugins> {
  readonly storage: Storage;
  /** How agents connect. Without one the server manages data only. */
  readonly transport?: AgentTransport;
  /** Who sends an HTTP request. Without one only in-process calls are possible. */
  readonly authenticator?: Authenticator;
  readonly plugins?: Plugins;
  /**
   * 32 secret bytes (or their base64) that protect all secrets at rest. Keep it outside the database; losing it loses
   * the secrets and the Systems' signing keys.
   */
  readonly masterKey: Uint8Array | string;
  /** Replaces the encryption by `masterKey`, e.g. by a KMS. */
  readonly secretBox?: SecretBox;
  /** Replaces the Systems' signing keys kept in storage, e.g. by an HSM. */
  readonly signer?: Signer;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly logger?: Logger;
  /** Also checks outputs against their schemas; for tests of operations and plugins. Default false. */
  readonly checkOutputs?: boolean;
}

/** An RMM in this process. */
export interface Rmm<Api extends object = RmmApi> extends OperationHost, AsyncDisposable {
  /** The only way in: every call carries an actor. */
  as(actor: Actor): Api;
  /**
   * Takes part in a transaction that the host opened itself (the storage adapter's `join` makes the `StorageOps`). Call
   * `committed()` once it is committed: events are told and the index is brought up to date only then. When a call
   * fails, roll the transaction back: what the call did until then is part of it. That it was refused is recorded apart
   * from the transaction, as soon as it has ended.
   */
  join(ops: StorageOps): { as(actor: Actor): Api; committed(): Promise<void> };
  /** Listens to an event; the returned function ends it. */
  on<Name extends RmmEventName>(name: Name, listener: (payload: RmmEvents[Name]) => unknown): () => void;
  /**
   * Opens storage, starts plugins, accepts agents. Idempotent; concurrent calls share one start. A server that could not
   * start has let go of everything and is stopped: make a new one to try again.
   */
  start(): Promise<void>;
  /** Lets go of agents, finishes what is under way and closes storage. Idempotent. */
  stop(): Promise<void>;
}
