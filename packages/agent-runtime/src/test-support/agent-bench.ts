import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { type Agent, createAgent } from '../agent/agent.js';
import type { AgentOptions, AgentStatus } from '../agent/agent-options.js';
import { FrameServer, type FrameServerOptions, makeCertificate } from './frame-server.js';
import { journalText } from './journal-text.js';

/** An audit of its own shape, so that tests do not depend on this computer. */
const AUDIT = `
const { writeFileSync } = require('node:fs');
const out = process.argv[process.argv.indexOf('--out') + 1];
writeFileSync(out + '/volumes.frame', Buffer.from('0a7b2261','hex'));
console.log(JSON.stringify({ at: 5, hashes: {} }));
`;

/** A server and a folder of each test's own, and the agents that it starts there. */
export class AgentBench {
  folder = '';
  server!: FrameServer;
  statuses: AgentStatus[] = [];
  #agents: Agent[] = [];

  async open(tls: FrameServer['tls']): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), 'rmm-agent-test-'));
    this.#agents = [];
    this.statuses = [];
    this.server = await FrameServer.start({ tls });
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.stop()));
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  agent(over: Partial<AgentOptions> = {}): Agent {
    const made = createAgent({
      dataDir: this.data,
      token: this.server.token(),
      auditCommand: [process.execPath, '-e', AUDIT, '--'],
      backoff: { firstMs: 20, longestMs: 100 },
      onStatus: (status) => this.statuses.push(status),
      ...over,
    });
    this.#agents.push(made);
    return made;
  }

  async startOnline(over: Partial<AgentOptions> = {}): Promise<Agent> {
    const made = this.agent(over);
    await made.start();
    await this.server.frame('pull');
    return made;
  }

  /** The same server goes and comes back: same address, same keys, same devices. */
  async restartServer(options: FrameServerOptions = {}, meanwhile = async () => {}): Promise<void> {
    const { port, tls, systemKeys, devices } = this.server;
    await this.server.stop();
    await meanwhile();
    this.server = await FrameServer.start({ port, tls, ...options });
    Object.assign(this.server, { systemKeys, devices });
  }

  /** What the agent's journal holds on the disk. */
  get journal(): string {
    return journalText(this.data);
  }

  /** Why it was not connected, each time. */
  get errorCodes(): unknown[] {
    return this.statuses.flatMap((status) =>
      status.state === 'waiting' && 'code' in status.error ? [status.error.code] : [],
    );
  }
}

/** A bench that is made anew for each test of this file. */
export function agentBench(): AgentBench {
  const bench = new AgentBench();
  let tls: FrameServer['tls'];
  beforeAll(async () => {
    tls = await makeCertificate();
  });
  beforeEach(() => bench.open(tls));
  afterEach(() => bench.close());
  return bench;
}
