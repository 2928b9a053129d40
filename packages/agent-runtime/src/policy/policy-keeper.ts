import { type ApplyPolicy, RmmError } from '@rmm/protocol';
import { type AgentLog, reasonOf } from '../agent/agent-log.js';
import type { PolicyEnforcer, PolicySettings } from './policy-enforcer.js';
import { type KeptPolicy, PolicyFile } from './policy-file.js';
import { TimedEnforcer } from './timed-enforcer.js';

/** So long may the enforcer of one type take until its type counts as not acted on. All act at the same time. */
const ENFORCE_MS = 30_000;

/** What the server is told. */
export interface ObeyedPolicy {
  readonly hash: string;
  /** Types that are kept but not acted on. */
  readonly ignored: string[];
}

/** Keeps the device's policies on the disk and has them obeyed, from one start of the agent to the next, online or not. */
export class PolicyKeeper {
  readonly #file: PolicyFile;
  readonly #enforcers = new Map<string, TimedEnforcer>();
  readonly #log: AgentLog;
  /** The document itself stays on the disk. */
  #kept: (ObeyedPolicy & { readonly counter: number }) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(path: string, enforcers: readonly PolicyEnforcer[], log: AgentLog, enforceMs: number) {
    this.#file = new PolicyFile(path);
    this.#log = log;
    for (const enforcer of enforcers) {
      if (this.#enforcers.has(enforcer.type)) {
        throw new RmmError('PLUGIN_INVALID', `Two enforcers act on policies of the type "${enforcer.type}"; give one`);
      }
      this.#enforcers.set(enforcer.type, new TimedEnforcer(enforcer, enforceMs));
    }
  }

  /**
   * Obeys what was kept. A file that tells nothing any more is as none: the server is told so and sends the policies anew.
   *
   * @throws RmmError `PLUGIN_INVALID` for two enforcers of one type
   */
  static async open(
    path: string,
    enforcers: readonly PolicyEnforcer[],
    log: AgentLog,
    enforceMs: number = ENFORCE_MS,
  ): Promise<PolicyKeeper> {
    const keeper = new PolicyKeeper(path, enforcers, log, enforceMs);
    const kept = await keeper.#file.read().catch((error: unknown) => {
      log('warn', `The policies on the disk are lost until the server sends them again: ${reasonOf(error)}`);
      return undefined;
    });
    await keeper.#obey(kept);
    return keeper;
  }

  /** Names what is kept; undefined when nothing is. */
  get hash(): string | undefined {
    return this.#kept?.hash;
  }

  /**
   * Keeps and obeys what a command brought, unless a newer one was here before.
   *
   * @throws the system's error when the disk fails; what was kept before then holds on
   */
  apply({ hash, document }: ApplyPolicy, counter: number): Promise<ObeyedPolicy> {
    return this.#inTurn(async () => {
      if (this.#kept && this.#kept.counter > counter) return { hash: this.#kept.hash, ignored: this.#kept.ignored };
      const brought = { hash, document, counter };
      await this.#file.write(brought);
      return this.#obey(brought);
    });
  }

  /** Forgets everything, for a new identity. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file.remove();
      await this.#obey(undefined);
    });
  }

  async #obey(policy: KeptPolicy | undefined): Promise<ObeyedPolicy> {
    const document = policy?.document ?? {};
    const failed = await Promise.all(
      [...this.#enforcers].map(([type, enforcer]) =>
        this.#enforce(type, enforcer, Object.hasOwn(document, type) ? document[type] : undefined),
      ),
    );
    const unknown = Object.keys(document).filter((type) => !this.#enforcers.has(type));
    const ignored = [...unknown, ...failed.flatMap((type) => type ?? [])];
    this.#kept = policy && { hash: policy.hash, counter: policy.counter, ignored };
    return { hash: policy?.hash ?? '', ignored };
  }

  /** The type, when its settings are not acted on. */
  async #enforce(
    type: string,
    enforcer: TimedEnforcer,
    settings: PolicySettings | undefined,
  ): Promise<string | undefined> {
    try {
      await enforcer.apply(settings);
      return undefined;
    } catch (error) {
      this.#log('error', `Policies of the type ${type} are not obeyed: ${reasonOf(error)}`);
      return settings === undefined ? undefined : type;
    }
  }

  #inTurn<R>(run: () => Promise<R>): Promise<R> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
