import { parseEnrolmentToken, RmmError } from '@rmm/protocol';
import { machineHash } from '../identity/machine-hash.js';
import { removeDataFolder } from '../storage/data-folder.js';
import { AGENT_VERSION } from '../version.js';
import { BACKOFF } from '../wire/backoff.js';
import { toError } from './agent-log.js';
import { type AgentEnd, type AgentOptions, DEFAULTS } from './agent-options.js';
import { type AgentParts, openParts } from './agent-parts.js';
import { Connector } from './connector.js';

/** The agent of one device. */
export interface Agent {
  /**
   * Opens the data folder and begins to connect; settles when that is under way. Idempotent.
   *
   * @throws RmmError `STORAGE_UNWRITABLE`, `STORAGE_LOCKED`, `ENROLMENT_TOKEN_INVALID`, `AGENT_NOT_ENROLLED`
   */
  start(): Promise<void>;
  /** Interrupts what runs, notes it, and closes. Idempotent. */
  stop(): Promise<void>;
  /** Settles when the agent is through: stopped, uninstalled or refused. */
  readonly ended: Promise<AgentEnd>;
}

/**
 * Makes an agent: `await createAgent({ dataDir, token }).start()`.
 *
 * It connects to the server that the token or its identity names, carries out what that System's key signed, and nothing else.
 */
export function createAgent(options: AgentOptions): Agent {
  return new DeviceAgent(options);
}

class DeviceAgent implements Agent {
  readonly #options: AgentOptions;
  readonly ended: Promise<AgentEnd>;
  #end!: (end: AgentEnd) => void;
  #connector: Connector | undefined;
  #starting: Promise<void> | undefined;
  #uninstalling = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async stop(): Promise<void> {
    if (this.#starting === undefined) return this.#end({ reason: 'stopped' });
    await this.#starting.catch(() => undefined);
    if (this.#connector === undefined) return;
    this.#connector.stop();
    await this.ended;
  }

  async #start(): Promise<void> {
    const options = this.#options;
    const token = options.token === undefined ? undefined : parseEnrolmentToken(options.token);
    const parts = await openParts(options, {
      link: () => this.#connector?.link,
      uninstall: () => {
        this.#uninstalling = true;
        this.#connector?.stop();
      },
    });
    if (parts.store.identity === undefined && token === undefined) {
      await parts.unlock();
      throw new RmmError(
        'AGENT_NOT_ENROLLED',
        `The data folder ${parts.folder.root} holds no identity: enrol with a token from the Profile's page in the console`,
      );
    }
    const machine = await machineHash();
    const log = options.log ?? DEFAULTS.log;
    await recover(parts, machine);
    this.#connector = new Connector({
      store: parts.store,
      token,
      proxy: options.proxy,
      connectMs: options.connectMs ?? DEFAULTS.connectMs,
      backoff: { ...BACKOFF, ...options.backoff },
      session: { ...parts, agentVersion: AGENT_VERSION, machine, log },
      log,
      onStatus: options.onStatus ?? (() => undefined),
    });
    if (this.#uninstalling) this.#connector.stop();
    void this.#connector
      .run()
      .catch((error: unknown): AgentEnd => ({ reason: 'refused', error: toError(error) }))
      .then((end) => this.#finish(parts, end))
      .catch((error: unknown) => this.#end({ reason: 'refused', error: toError(error) }));
  }

  async #finish(parts: AgentParts, end: AgentEnd): Promise<void> {
    const log = this.#options.log ?? DEFAULTS.log;
    parts.auditor.stop();
    await parts.jobs.stop();
    if (this.#uninstalling) {
      await removeDataFolder(parts.folder);
      log('info', 'The device was deleted: the agent has removed its identity and data');
      return this.#end({ reason: 'uninstalled' });
    }
    await parts.unlock();
    this.#end(end);
  }
}

/** Takes up what an earlier process left, unless these files are a copy from another computer. */
async function recover({ jobs, desk, state }: AgentParts, machine: string | undefined): Promise<void> {
  const before = state.values.machine;
  await jobs.recover(before !== '' && machine !== undefined && before !== machine);
  await desk.recover();
  if (machine !== undefined && machine !== before) await state.set({ machine }).catch(() => undefined);
}
