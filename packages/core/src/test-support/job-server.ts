import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { AgentFrameOf, Command } from '@rmm/protocol';
import { expect } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { RmmOptions } from '../rmm.js';
import { type MemoryTransport, memoryTransport } from '../testing/memory-transport.js';
import { SimulatedAgent } from '../testing/simulated-agent.js';
import type { SimulatedAgentOptions } from '../testing/simulated-agent-options.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { settle } from './raw-link.js';

export const SCRIPT = { language: 'shell', text: 'true' } as const;

/** The refusal of an input, whose message holds these words. */
export const invalid = (words: string) => ({ code: 'INVALID_INPUT', message: expect.stringContaining(words) });

/** A server with one System and Profile, for tests of what agents are told to do. */
export class JobServer implements AsyncDisposable {
  readonly server: TestRmm;
  readonly transport: MemoryTransport;
  readonly host: Awaited<ReturnType<TestRmm['system']>>;
  readonly api: RmmApi;
  readonly profileId: string;

  private constructor(parts: Pick<JobServer, 'server' | 'transport' | 'host' | 'profileId'>) {
    this.server = parts.server;
    this.transport = parts.transport;
    this.host = parts.host;
    this.profileId = parts.profileId;
    this.api = parts.server.rmm.as(parts.host);
  }

  static async open(options: Partial<RmmOptions<readonly []>> = {}): Promise<JobServer> {
    const transport = memoryTransport();
    const { clock: _real, ...others } = options;
    const server = await testRmm({ storage: sqliteStorage({ memory: true }), ...others, transport });
    const host = await server.system();
    const { id: profileId } = await server.rmm.as(host).profiles.create({ name: 'P' });
    return new JobServer({ server, transport, host, profileId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  /** A device whose agent does only what the test does in its name. */
  device(hostname = 'device'): Promise<TestAgent> {
    return TestAgent.enrol(this.server.rmm, this.host, { profileId: this.profileId, hostname });
  }

  /** A running agent. */
  async agent(options: Partial<SimulatedAgentOptions> = {}): Promise<SimulatedAgent> {
    const { token } = await this.api.enrolments.create({ profileId: this.profileId, uses: 1 });
    const { clock } = this.server;
    const agent = new SimulatedAgent({ transport: this.transport, clock, token, ...options });
    agent.start();
    await settle();
    return agent;
  }

  /** Lets virtual time pass in small steps. */
  async pass(ms: number, step = 1000): Promise<void> {
    for (let left = ms; left > 0; left -= step) {
      this.server.clock.advance(Math.min(step, left));
      await settle(20);
    }
  }

  /** Runs a script and returns the job's id and its executions' ids by device. */
  async run(deviceIds: readonly string[], input: Partial<Parameters<RmmApi['jobs']['run']>[0]> = {}) {
    const job = await this.api.jobs.run({ deviceIds: [...deviceIds], script: SCRIPT, ...input });
    const { items } = await this.api.jobs.executions({ jobId: job.id });
    return {
      jobId: job.id,
      executionIds: deviceIds.map((id) => items.find(({ deviceId }) => deviceId === id)?.id ?? ''),
    };
  }

  state(executionId: string) {
    return this.api.executions.get({ executionId }).then(({ state }) => state);
  }

  /** As the session of an agent does it: noted, then handed over. */
  async fetch({ actor }: TestAgent, limit = 16): Promise<Command[]> {
    const call = (name: string, input: unknown) => this.server.rmm.call(actor, name, input);
    const { items } = (await call('agents.pull', { limit })) as {
      items: { id: string; doc: string; isNew: boolean }[];
    };
    const fresh = items.filter(({ isNew }) => isNew).map(({ id }) => id);
    if (fresh.length > 0) await call('agents.handOut', { ids: fresh });
    return items.map(({ doc }) => JSON.parse(doc) as Command);
  }

  async finish({ actor }: TestAgent, id: string, end: Partial<AgentFrameOf<'finished'>> = {}): Promise<void> {
    const nothing = { stdout: '', stderr: '', stdoutBytes: 0, stderrBytes: 0 };
    const at = this.server.clock.now();
    const whole = { id, at, outcome: 'exited', exitCode: 0, startedAt: at, ...nothing, ...end };
    await this.server.rmm.call(actor, 'agents.finished', whole);
  }

  /** Connects the agent with what it says is in its journal. */
  async connect({ actor }: TestAgent, open?: readonly string[], machine?: string): Promise<void> {
    await this.server.rmm.call(actor, 'agents.connected', {
      agentVersion: '1.0.0',
      remoteAddress: '203.0.113.7',
      ...(open && { open }),
      ...(machine !== undefined && { machine }),
    });
  }
}
