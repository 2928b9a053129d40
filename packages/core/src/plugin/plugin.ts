import type { Data } from '../data/data.js';
import type { Model } from '../data/model.js';
import type { EventHub } from '../event/event-hub.js';
import type { FieldDef } from '../filter/field-def.js';
import type { Operation } from '../operation/operation.js';
import type { PolicyTypeDef } from '../policy/policy-type.js';
import type { Actor } from '../port/actor.js';
import type { AgentTransport } from '../port/agent-transport.js';
import type { Authenticator } from '../port/authenticator.js';
import type { Clock } from '../port/clock.js';
import type { Ids } from '../port/ids.js';
import type { Logger } from '../port/logger.js';
import type { SecretBox } from '../port/secret-box.js';
import type { Signer } from '../port/signer.js';
import type { BlobStore, Storage } from '../storage/storage.js';
import type { ServiceRef } from './service-ref.js';
import type { ThingDef } from './thing.js';

/** A permission of roles. Levels are the guide’s Disabled, View and Manage (chapter 14). */
export interface PermissionDef {
  readonly name: string;
  /** The permission whose level holds where a role sets none for this one: the area of a tab. */
  readonly parent?: string;
  readonly label: string;
  readonly description: string;
}

/** What a plugin may use. Rows are reached through operations' contexts; `data` is for rebuilding derived state. */
export interface PluginContext {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly signer: Signer;
  readonly secretBox: SecretBox;
  readonly transport: AgentTransport | undefined;
  readonly authenticator: Authenticator | undefined;
  /** The whole storage, for authenticators that keep their own tables; features use `data`. */
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly events: Pick<EventHub, 'on' | 'onAny' | 'emit'>;
  readonly permissions: readonly PermissionDef[];
  /** By event name: whoever holds all of these permissions may hear it. */
  readonly eventPermissions: ReadonlyMap<string, readonly string[]>;
  /** The fields that plugins declare. */
  readonly fields: readonly FieldDef[];
  /** The kinds of things of all plugins. */
  readonly things: readonly ThingDef[];
  /** The policy types of all plugins. */
  readonly policyTypes: readonly PolicyTypeDef[];
  /** Rows of one System outside any operation; for derived state only. */
  data(systemId: string): Data;
  /** The ids of all Systems. */
  systems(): Promise<readonly string[]>;
  /** Runs an operation through the door. Not from within a command: its transaction would wait for itself. */
  call(actor: Actor, name: string, input: unknown): Promise<unknown>;
  /** Every operation, known once all plugins are set up. */
  operation(name: string): Operation | undefined;
  provide<T>(ref: ServiceRef<T>, service: T): void;
  /** A service of a plugin that this one requires. @throws RmmError `PLUGIN_INCOMPATIBLE` when nothing provides it. */
  use<T>(ref: ServiceRef<T>): T;
  /** 32 secret bytes for one purpose, the same at every start. */
  secret(purpose: string): Uint8Array;
}

/** What a plugin brings to life. */
export interface PluginInstance {
  readonly operations?: readonly Operation[];
  /** After storage is open and all plugins are set up. */
  start?(): Promise<void>;
  /** In reverse order of start. */
  stop?(): Promise<void>;
}

/**
 * A part of an RMM. Core's own features are plugins of exactly this shape. `Api` is the named interface that the
 * plugin's operations add to `rmm.as(actor)`.
 */
export interface RmmPlugin<Api extends object = object> {
  readonly id: string;
  /** The SDK versions that it works with: `^0.1.0`. */
  readonly compat: string;
  /** Ids of plugins that must be present; they are set up first. */
  readonly requires?: readonly string[];
  readonly models?: readonly Model<object>[];
  readonly fields?: readonly FieldDef[];
  readonly permissions?: readonly PermissionDef[];
  /** Kinds of things that operations touch by id. */
  readonly things?: readonly ThingDef[];
  /** Types of policies (guide, chapter 8). */
  readonly policyTypes?: readonly PolicyTypeDef[];
  /**
   * The plugin's events (declared in `RmmEvents`) and, for each, the permission whose holders may hear it over
   * `events.subscribe`, or several that they must all hold; `accountadmin` is for account administrators alone. What is not
   * named here is told inside the process only.
   */
  readonly events?: Readonly<Record<string, string | readonly string[]>>;
  setup(context: PluginContext): PluginInstance | Promise<PluginInstance>;
  /** Only for the type checker. */
  readonly api?: Api;
}

/** Declares a plugin: `definePlugin<{ patches: PatchesApi }>({ id: 'patch', … })`. */
export function definePlugin<Api extends object = object>(plugin: RmmPlugin<Api>): RmmPlugin<Api> {
  return plugin;
}
