import { hkdfSync } from 'node:crypto';
import { RmmError } from '@rmm/protocol';
import { AccessGuard } from './access/access-guard.js';
import { accountModel, roleMemberModel, roleModel, userModel } from './access/access-models.js';
import { accessPlugin } from './access/access-plugin.js';
import { activityDeviceModel, activityHeadModel, activityModel } from './access/activity-models.js';
import { activitySealerRef } from './access/activity-sealer.js';
import { Directory, directoryRef } from './access/directory.js';
import { PermissionTree } from './access/permission-tree.js';
import { agentPlugin } from './agent/agent-plugin.js';
import { auditPlugin } from './audit/audit-plugin.js';
import { componentPlugin } from './component/component-plugin.js';
import type { RmmApi } from './core-api.js';
import { Data } from './data/data.js';
import { EventHub } from './event/event-hub.js';
import { eventPlugin } from './event/event-plugin.js';
import { filterPlugin } from './filter/filter-plugin.js';
import { systemModel } from './hierarchy/hierarchy-models.js';
import { hierarchyPlugin } from './hierarchy/hierarchy-plugin.js';
import { jobPlugin } from './job/job-plugin.js';
import { actorApi } from './operation/actor-api.js';
import type { OperationContract } from './operation/contract.js';
import { Door } from './operation/door.js';
import { Effects } from './operation/effects.js';
import type { Operation } from './operation/operation.js';
import { buildRegistry } from './operation/registry.js';
import { Validator } from './operation/validator.js';
import { orderPlugins } from './plugin/order-plugins.js';
import type { PluginContext, PluginInstance, RmmPlugin } from './plugin/plugin.js';
import { eventPermissionsOf, modelsOf, permissionsOf, policyTypesOf, thingsOf } from './plugin/plugin-parts.js';
import type { ServiceRef } from './plugin/service-ref.js';
import { policyPlugin } from './policy/policy-plugin.js';
import type { Actor } from './port/actor.js';
import { systemClock } from './port/clock.js';
import { silentLogger } from './port/logger.js';
import { aesSecretBox } from './port-default/aes-secret-box.js';
import { storedSigner, systemKeyModel } from './port-default/stored-signer.js';
import { timeOrderedIds } from './port-default/time-ordered-ids.js';
import type { AnyPlugins, ApiOfPlugins, Rmm, RmmOptions } from './rmm.js';
import { SDK_VERSION } from './sdk-version.js';
import type { StorageOps } from './storage/storage.js';

/** Core's own features: plugins like any other. */
const CORE_PLUGINS: readonly RmmPlugin[] = [
  accessPlugin,
  hierarchyPlugin,
  filterPlugin,
  auditPlugin,
  componentPlugin,
  agentPlugin,
  policyPlugin,
  jobPlugin,
  eventPlugin,
];
const SERVER_MODELS = [
  systemModel,
  systemKeyModel,
  userModel,
  accountModel,
  roleModel,
  roleMemberModel,
  activityModel,
  activityDeviceModel,
  activityHeadModel,
];

type State = 'new' | 'starting' | 'started' | 'stopped';

/**
 * Makes an RMM that runs in this process. Nothing is opened before `start()`.
 *
 * @example
 * ```ts
 * const rmm = await createRmm({ storage: sqliteStorage({ file: 'rmm.db' }), masterKey });
 * await rmm.start();
 * const system = await rmm.as({ kind: 'host', name: 'setup' }).systems.create({ name: 'Example Ltd' });
 * ```
 * @throws RmmError `PLUGIN_INVALID`, `PLUGIN_INCOMPATIBLE`, `INVALID_INPUT` for a master key of the wrong length
 */
export async function createRmm<const Plugins extends AnyPlugins = readonly []>(
  options: RmmOptions<Plugins>,
): Promise<Rmm<RmmApi & ApiOfPlugins<Plugins>>> {
  const server = new Server(options);
  await server.setup();
  return server as unknown as Rmm<RmmApi & ApiOfPlugins<Plugins>>;
}

class Server implements Rmm {
  readonly clock;
  readonly logger;
  readonly authenticator;
  readonly #options: RmmOptions<AnyPlugins>;
  readonly #plugins: readonly RmmPlugin[];
  readonly #events: EventHub;
  readonly #masterKey: Uint8Array;
  readonly #services = new Map<string, unknown>();
  readonly #instances: PluginInstance[] = [];
  /** Those whose start was begun. */
  readonly #running: PluginInstance[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  #operations: ReadonlyMap<string, Operation> = new Map();
  #contracts: ReadonlyMap<string, OperationContract> = new Map();
  #door: Door | undefined;
  #Api: ReturnType<typeof actorApi> | undefined;
  #state: State = 'new';
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: RmmOptions<AnyPlugins>) {
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
    this.authenticator = options.authenticator;
    this.#masterKey = masterKeyBytes(options.masterKey);
    this.#events = new EventHub(this.logger);
    this.#plugins = orderPlugins([...CORE_PLUGINS, ...(options.plugins ?? [])], SDK_VERSION);
  }

  get operations(): ReadonlyMap<string, OperationContract> {
    return this.#contracts;
  }

  async setup(): Promise<void> {
    const ids = this.#options.ids ?? timeOrderedIds(this.clock);
    const secretBox = this.#options.secretBox ?? aesSecretBox(this.#masterKey);
    const data = (systemId: string) => new Data(this.#options.storage, systemId);
    const { storage } = this.#options;
    const permissions = permissionsOf(this.#plugins);
    const directory = new Directory(data, storage.capabilities.shared, new PermissionTree(permissions));
    this.#services.set(directoryRef.id, directory);
    const context: PluginContext = {
      clock: this.clock,
      ids,
      logger: this.logger,
      secretBox,
      signer: this.#options.signer ?? storedSigner({ storage, secretBox, clock: this.clock }),
      transport: this.#options.transport,
      authenticator: this.authenticator,
      storage,
      blobs: storage.blobs,
      events: this.#events,
      permissions,
      eventPermissions: eventPermissionsOf(this.#plugins, permissions),
      fields: this.#plugins.flatMap((plugin) => plugin.fields ?? []),
      things: thingsOf(this.#plugins),
      policyTypes: policyTypesOf(this.#plugins),
      data,
      systems: async () => (await data('').find(systemModel, { fields: ['id'] })).map(({ id }) => id),
      call: (actor, name, input) => this.call(actor, name, input),
      operation: (name) => this.#operations.get(name),
      provide: (ref, service) => this.#provide(ref, service),
      use: <T>(ref: ServiceRef<T>) => this.#use(ref),
      secret: (purpose) => this.secret(purpose),
    };
    const operations: Operation[] = [];
    for (const plugin of this.#plugins) {
      const instance = await plugin.setup(context);
      this.#instances.push(instance);
      operations.push(...(instance.operations ?? []));
    }
    this.#operations = buildRegistry(operations, new Set(permissions.map(({ name }) => name)));
    this.#contracts = new Map([...this.#operations].map(([name, { contract }]) => [name, contract]));
    this.#Api = actorApi([...this.#operations.values()].map(({ name, contract }) => ({ name, kind: contract.kind })));
    this.#door = new Door({
      storage,
      clock: this.clock,
      logger: this.logger,
      events: this.#events,
      validator: new Validator(),
      guard: new AccessGuard({
        directory,
        things: thingsOf(this.#plugins),
        clock: this.clock,
        ids,
        sealer: this.#use(activitySealerRef),
      }),
      operations: this.#operations,
      checkOutputs: this.#options.checkOutputs ?? false,
    });
  }

  call(actor: Actor, name: string, input: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown> {
    return this.#enter(actor, name, input, options);
  }

  as(actor: Actor): RmmApi {
    return this.#api((name, input, options) => this.#enter(actor, name, input, options));
  }

  join(ops: StorageOps): { as(actor: Actor): RmmApi; committed(): Promise<void> } {
    const joined = { ops, effects: new Effects(this.logger) };
    return {
      as: (actor) => this.#api((name, input) => this.#enter(actor, name, input, { joined })),
      committed: async () => {
        await joined.effects.run();
        await this.#door?.recorded();
      },
    };
  }

  on: Rmm['on'] = (name, listener) => this.#events.on(name, listener);

  secret(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#masterKey, 'rmm', `secret/${purpose}`, 32));
  }

  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    if (this.#state === 'stopped')
      throw new RmmError('NOT_STARTED', 'A stopped server cannot be started again; make a new one');
    this.#state = 'starting';
    try {
      const models = modelsOf(SERVER_MODELS, this.#plugins);
      await this.#options.storage.migrate([...models.map(({ def }) => def), ...(this.authenticator?.models ?? [])]);
      this.#state = 'started';
      for (const instance of this.#instances) {
        this.#running.push(instance);
        await instance.start?.();
      }
    } catch (error) {
      await this.#shutDown().catch((fault: unknown) =>
        this.logger.error('A server that could not start did not stop cleanly either', { error: String(fault) }),
      );
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    if (this.#state !== 'stopped') await this.#shutDown();
  }

  /** Whatever fails on the way, the rest is still let go. */
  async #shutDown(): Promise<void> {
    const faults: unknown[] = [];
    const attempt = async (run: () => Promise<void> | undefined) => {
      try {
        await run();
      } catch (error) {
        faults.push(error);
      }
    };
    for (const instance of this.#running.toReversed()) await attempt(() => instance.stop?.());
    this.#state = 'stopped';
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
    await attempt(() => this.#door?.stop());
    await attempt(() => this.#options.storage.close());
    if (faults.length > 0)
      throw faults.length === 1 ? faults[0] : new AggregateError(faults, 'The server did not stop cleanly');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #api(call: (name: string, input: unknown, options?: { signal?: AbortSignal }) => Promise<unknown>): RmmApi {
    if (!this.#Api) throw new RmmError('NOT_STARTED', 'The server is not set up');
    return new this.#Api(call) as RmmApi;
  }

  async #enter(
    actor: Actor,
    name: string,
    input: unknown,
    options: Parameters<Door['call']>[3] = {},
  ): Promise<unknown> {
    if (this.#state !== 'started' || !this.#door) {
      throw new RmmError(
        'NOT_STARTED',
        `${name} was called ${this.#state === 'stopped' ? 'after stop()' : 'before start()'}`,
      );
    }
    const call = this.#door.call(actor, name, input, options);
    this.#inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }

  #provide<T>(ref: ServiceRef<T>, service: T): void {
    if (this.#services.has(ref.id))
      throw new RmmError('PLUGIN_INVALID', `The service "${ref.id}" is provided by two plugins`);
    this.#services.set(ref.id, service);
  }

  #use<T>(ref: ServiceRef<T>): T {
    if (!this.#services.has(ref.id))
      throw new RmmError('PLUGIN_INCOMPATIBLE', `No plugin provides the service "${ref.id}"`);
    return this.#services.get(ref.id) as T;
  }
}

function masterKeyBytes(key: Uint8Array | string): Uint8Array {
  const bytes = typeof key === 'string' ? new Uint8Array(Buffer.from(key, 'base64')) : key.slice();
  if (bytes.length !== 32) {
    throw new RmmError('INVALID_INPUT', `masterKey must be 32 bytes, or their base64; got ${bytes.length} bytes`);
  }
  return bytes;
}
