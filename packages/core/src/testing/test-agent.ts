import { type ApplyPolicy, type Audit, type Command, parseEnrolmentToken } from '@rmm/protocol';
import type { RmmApi } from '../core-api.js';
import type { AgentActor, HostActor } from '../port/actor.js';
import type { Rmm } from '../rmm.js';
import { sampleAudit } from './sample-audit.js';

type Server = Pick<Rmm<RmmApi>, 'as' | 'call' | 'clock'>;

interface NewDevice {
  readonly profileId: string;
  readonly hostname: string;
  readonly platform?: 'linux' | 'windows' | 'macos';
}

const DONE = {
  outcome: 'exited',
  exitCode: 0,
  startedAt: null,
  stdout: '',
  stderr: '',
  stdoutBytes: 0,
  stderrBytes: 0,
} as const;

/** What an agent does at the server's door, without the link in between. */
export class TestAgent {
  readonly actor: AgentActor;
  /** The policies that it keeps. */
  policy: Pick<ApplyPolicy, 'hash' | 'document'> | undefined;
  readonly #server: Server;

  constructor(server: Server, actor: AgentActor) {
    this.#server = server;
    this.actor = actor;
  }

  get deviceId(): string {
    return this.actor.deviceId;
  }

  /** Has a new device join a Profile with a token of its own. */
  static async enrol(
    server: Server,
    host: HostActor & { readonly systemId: string },
    { profileId, ...device }: NewDevice,
  ): Promise<TestAgent> {
    const { token } = await server.as(host).enrolments.create({ profileId, uses: 1 });
    return TestAgent.redeem(server, host, token, device);
  }

  /** Has a new device join with this token. */
  static async redeem(
    server: Server,
    host: HostActor & { readonly systemId: string },
    token: string,
    { hostname, platform = 'linux' }: Omit<NewDevice, 'profileId'>,
  ): Promise<TestAgent> {
    const { id, secret } = parseEnrolmentToken(token);
    const output = await server.call(host, 'agents.enrol', {
      enrolmentId: id.slice(id.indexOf('.') + 1),
      secret,
      publicKey: `key of ${hostname} by ${id}`,
      hostname,
      platform,
      agentVersion: '1.0.0',
      remoteAddress: '203.0.113.7',
    });
    const { deviceId } = output as { deviceId: string };
    return new TestAgent(server, { kind: 'agent', systemId: host.systemId, deviceId });
  }

  async connect(): Promise<void> {
    const known = this.policy && { policy: this.policy.hash };
    await this.#call('agents.connected', { agentVersion: '1.0.0', remoteAddress: '203.0.113.7', ...known });
  }

  async disconnect(): Promise<void> {
    await this.#call('agents.disconnected', { lastSeenAt: this.#server.clock.now() });
  }

  /** Hands in a whole audit, by default the sample. */
  async audit(sections: Partial<Audit> = {}): Promise<void> {
    await this.#call('agents.auditData', { at: this.#server.clock.now(), sections: sampleAudit(sections) });
  }

  /** The commands that wait for it. */
  async pull(): Promise<readonly Command[]> {
    const { items } = (await this.#call('agents.pull', { limit: 16 })) as { items: { doc: string }[] };
    return items.map(({ doc }) => JSON.parse(doc) as Command);
  }

  /** Fetches its policies, if any wait, and keeps them. */
  async obey(): Promise<void> {
    for (const { id, body } of await this.pull()) {
      if (body.kind !== 'policy.apply') continue;
      await this.accept([id]);
      this.policy = { hash: body.hash, document: body.document };
      await this.#call('agents.finished', {
        id,
        at: this.#server.clock.now(),
        ...DONE,
        policy: { hash: body.hash, ignored: Object.keys(body.document).filter((type) => type !== 'agent') },
      });
    }
  }

  /** Confirms that commands are in its journal. */
  async accept(ids: readonly string[]): Promise<void> {
    await this.#call('agents.accepted', { ids });
  }

  #call(name: string, input: unknown): Promise<unknown> {
    return this.#server.call(this.actor, name, input);
  }
}
