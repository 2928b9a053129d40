import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { AgentFrameOf, Command } from '@rmm/protocol';
import type { RmmApi } from '../../core-api.js';
import { definePlugin } from '../../plugin/plugin.js';
import type { Storage } from '../../storage/storage.js';
import { TestAgent } from '../../testing/test-agent.js';
import { type TestRmm, testRmm } from '../../testing/test-rmm.js';
import { type PolicyDelivery, policyDeliveryRef } from '../policy-delivery.js';

type Create = Parameters<RmmApi['policies']['create']>[0];

/** The target of all devices. */
export const EVERYTHING = [{ kind: 'filter' as const, id: 'default-all' }];

/** A server with one System of two Profiles, for tests of how policies come to devices. */
export class PolicyServer implements AsyncDisposable {
  readonly server: TestRmm;
  readonly host: Awaited<ReturnType<TestRmm['system']>>;
  readonly api: RmmApi;
  readonly delivery: PolicyDelivery;
  readonly north: string;
  readonly south: string;

  private constructor(parts: Pick<PolicyServer, 'server' | 'host' | 'api' | 'delivery' | 'north' | 'south'>) {
    this.server = parts.server;
    this.host = parts.host;
    this.api = parts.api;
    this.delivery = parts.delivery;
    this.north = parts.north;
    this.south = parts.south;
  }

  static async open(storage: Storage = sqliteStorage({ memory: true })): Promise<PolicyServer> {
    let delivery: PolicyDelivery | undefined;
    const probe = definePlugin({
      id: 'probe',
      compat: '*',
      requires: ['policies'],
      setup: (context) => {
        delivery = context.use(policyDeliveryRef);
        return {};
      },
    });
    const server = await testRmm({ storage, plugins: [probe] });
    const host = await server.system();
    const api = server.rmm.as(host);
    const north = (await api.profiles.create({ name: 'North' })).id;
    const south = (await api.profiles.create({ name: 'South' })).id;
    return new PolicyServer({ server, host, api, delivery: delivery as PolicyDelivery, north, south });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  /** A connected device, in the first Profile unless another is named. */
  async enrol(hostname: string, profileId = this.north): Promise<TestAgent> {
    const agent = await TestAgent.enrol(this.server.rmm, this.host, { profileId, hostname });
    await agent.connect();
    return agent;
  }

  /** A policy for every device, pushed and settled. */
  async policy(settings: Record<string, unknown>, more: Partial<Create> = {}): Promise<{ readonly id: string }> {
    const given = { name: `Policy ${JSON.stringify(settings).slice(0, 100)}`, level: 'system', ...more } as const;
    const made = await this.api.policies.create({ type: 'agent', settings, targets: EVERYTHING, ...given });
    await this.push();
    return made;
  }

  /** Changes what a policy sets, and brings that to the devices. */
  async change(policyId: string, settings: Record<string, unknown>): Promise<void> {
    await this.api.policies.update({ policyId, settings });
    await this.push();
  }

  async push(): Promise<void> {
    await this.api.policies.push();
    await this.delivery.idle();
  }

  /** The commands with policies that wait for a device. */
  async waiting(agent: TestAgent): Promise<readonly Command[]> {
    return (await agent.pull()).filter(({ body }) => body.kind === 'policy.apply');
  }

  async stateOf({ deviceId }: TestAgent) {
    return (await this.api.policies.explain({ deviceId })).delivery;
  }

  /** Has the agent say what became of a command; unless told otherwise that it keeps what the command brought. */
  async finish(
    { actor }: TestAgent,
    command: Command | undefined,
    policy?: AgentFrameOf<'finished'>['policy'],
  ): Promise<void> {
    const hash = command?.body.kind === 'policy.apply' ? command.body.hash : '';
    const nothing = { exitCode: 0, startedAt: null, stdout: '', stderr: '', stdoutBytes: 0, stderrBytes: 0 };
    const end = { id: command?.id, at: this.server.clock.now(), outcome: 'exited', ...nothing };
    await this.server.rmm.call(actor, 'agents.finished', { ...end, policy: policy ?? { hash, ignored: [] } });
    await this.delivery.idle();
  }

  /** Has the agent refuse a command. */
  async refuse({ actor }: TestAgent, command: Command | undefined, code: string): Promise<void> {
    const refusal = { id: command?.id, at: this.server.clock.now(), code, message: 'It cannot be' };
    await this.server.rmm.call(actor, 'agents.refused', refusal);
    await this.delivery.idle();
  }
}
