import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type BuiltPrograms, buildPrograms } from '../packages/agent-runtime/src/test-support/build-programs.js';
import { FrameServer } from '../packages/agent-runtime/src/test-support/frame-server.js';
import { type BenchRow, benchRow } from './bench-row.js';
import { CountingForwarder } from './counting-forwarder.js';
import { cpuOf, memoryOf } from './process-memory.js';

/** One TLS socket and nothing else. */
const BARE_TLS = `
require('node:tls').connect({ host: 'localhost', port: +process.argv[1], rejectUnauthorized: false }).on('error', () => {});
setInterval(() => {}, 60000);`;
/** The WebSocket library over TLS, pinging like the agent. */
const BARE_WS = `
const { WebSocket } = require(process.argv[2]);
const socket = new WebSocket('wss://localhost:' + process.argv[1] + '/agent', { rejectUnauthorized: false, perMessageDeflate: false });
socket.on('message', () => {}).on('error', () => {});
setInterval(() => socket.ping(), +process.argv[3]);`;
const FLOOD_BYTES = 141_000_000;
const STARTS = 7;

export interface AgentBenchOptions {
  /** Idle time before memory is read, milliseconds; the figures of other agents were taken after 60 s. */
  readonly settleMs?: number;
}

/**
 * The built agent against bare Node processes on the same server: memory, start, and bytes on the wire (TCP payload, both
 * ways). The server is a small one of our own over real TLS, so that only the agent is measured.
 */
export async function agentBench(options: AgentBenchOptions = {}): Promise<BenchRow[]> {
  const settleMs = options.settleMs ?? Number(process.env.RMM_BENCH_SETTLE_MS ?? 60_000);
  const folder = mkdtempSync(join(tmpdir(), 'rmm-bench-agent-'));
  const programs = await buildPrograms();
  const bench = new AgentBench(programs, folder, settleMs);
  try {
    const rows = [...(await bench.wire()), ...(await bench.start())];
    return process.platform === 'linux' ? [...rows, ...(await bench.memory())] : rows;
  } finally {
    await bench.stop();
    programs.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

class AgentBench {
  readonly #programs: BuiltPrograms;
  readonly #folder: string;
  readonly #settleMs: number;
  readonly #children = new Set<ChildProcess>();
  readonly #closing: (() => Promise<void>)[] = [];

  constructor(programs: BuiltPrograms, folder: string, settleMs: number) {
    this.#programs = programs;
    this.#folder = folder;
    this.#settleMs = settleMs;
  }

  async stop(): Promise<void> {
    for (const child of this.#children) await end(child);
    for (const close of this.#closing) await close();
  }

  /** Connect and hello, first audit, unchanged audit, heartbeat. */
  async wire(): Promise<BenchRow[]> {
    const server = await this.#server({ heartbeatMs: 120_000 });
    const forwarder = await this.#forwarder(server);
    const bareSocket = this.#spawn(['-e', BARE_TLS, String(forwarder.port)]);
    const bareConnect = await takeSome(forwarder);
    await end(bareSocket);
    await forwarder.take();

    const dataDir = join(this.#folder, 'wire');
    const first = this.#agent(dataDir, server, forwarder);
    await server.until(() => server.of('auditData').length === 6, 30_000, 'the first audit');
    await end(first);
    await forwarder.take();
    server.frames.length = 0;
    this.#agent(dataDir, server, forwarder);
    await server.frame('pull');
    const connect = await forwarder.take();

    server.sections.clear();
    const full = await this.#auditBytes(server, forwarder, 6);
    const unchanged = await this.#auditBytes(server, forwarder, 0);
    const heartbeat = await this.#heartbeatBytes();
    const unit = 'B';
    return [
      benchRow({
        name: 'agent: reconnect and hello',
        value: connect,
        unit,
        peer: 'bare TLS connect',
        peerValue: bareConnect,
      }),
      benchRow({ name: 'agent: first audit', value: full, unit, ...auditPeer() }),
      benchRow({ name: 'agent: unchanged audit', value: unchanged, unit, peer: 'the first audit', peerValue: full }),
      benchRow({
        name: 'agent: heartbeat',
        value: heartbeat.agent,
        unit,
        peer: 'bare ws ping and pong',
        peerValue: heartbeat.bare,
      }),
    ];
  }

  /** The bytes of one commanded audit, without those of the command. */
  async #auditBytes(server: FrameServer, forwarder: CountingForwarder, sections: number): Promise<number> {
    server.frames.length = 0;
    const command = await this.#commandBytes(server, forwarder);
    server.frames.length = 0;
    const id = server.command({ kind: 'audit.run' });
    await server.finished(id, 30_000);
    if (server.of('auditData').length !== sections) throw new Error(`Expected ${sections} sections of the audit`);
    return Math.max(0, (await forwarder.take()) - command);
  }

  /** The bytes of a command that does nothing. */
  async #commandBytes(server: FrameServer, forwarder: CountingForwarder): Promise<number> {
    await forwarder.take();
    await server.finished(server.command({ kind: 'job.cancel', target: 'none' }));
    return forwarder.take();
  }

  async #heartbeatBytes(): Promise<{ agent: number; bare: number }> {
    const silence = 1000;
    const server = await this.#server({ heartbeatMs: silence, auditEveryMs: 86_400_000 });
    const forwarder = await this.#forwarder(server);
    const agent = this.#agent(join(this.#folder, 'beat'), server, forwarder);
    await server.frame('auditData', undefined, 30_000);
    await forwarder.take(300);
    const measure = async () => {
      server.pings.length = 0;
      forwarder.up = forwarder.down = 0;
      await server.until(() => server.pings.length >= 4, 30_000, 'heartbeats');
      await delay(200);
      return (forwarder.up + forwarder.down) / server.pings.length;
    };
    const ofAgent = await measure();
    await end(agent);
    const bare = this.#spawn(['-e', BARE_WS, String(forwarder.port), wsPath(), String(silence)]);
    await server.until(() => server.pings.length > 5, 30_000, 'pings');
    await delay(200);
    const ofBare = await measure();
    await end(bare);
    return { agent: ofAgent, bare: ofBare };
  }

  /** From spawn to the first frame after the server's welcome. */
  async start(): Promise<BenchRow[]> {
    const server = await this.#server({});
    const dataDir = join(this.#folder, 'start');
    await end(await this.#enrolled(dataDir, server));
    const agent: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < STARTS; round++) {
      server.frames.length = 0;
      let began = performance.now();
      const started = this.#agent(dataDir, server);
      await server.frame('pull');
      agent.push(performance.now() - began);
      await end(started);
      began = performance.now();
      const before = server.connections;
      const socket = this.#spawn(['-e', BARE_WS, String(server.port), wsPath(), '60000']);
      await server.until(() => server.connections > before);
      bare.push(performance.now() - began);
      await end(socket);
    }
    const [value, peerValue] = [median(agent), median(bare)];
    return [
      benchRow({
        name: 'agent: start to welcomed',
        value,
        unit: 'ms',
        peer: 'bare node with ws over TLS, open',
        peerValue,
      }),
    ];
  }

  async memory(): Promise<BenchRow[]> {
    const server = await this.#server({});
    const dataDir = join(this.#folder, 'memory');
    await end(await this.#enrolled(dataDir, server));
    const busyDir = join(this.#folder, 'busy');
    const other = await this.#server({});
    const busy = await this.#enrolled(busyDir, other);
    const flood = other.script(`head -c ${FLOOD_BYTES} /dev/zero | tr '\\0' x`);
    const { stdoutBytes } = await other.finished(flood, 60_000);
    if (stdoutBytes !== FLOOD_BYTES) throw new Error(`The flood arrived with ${stdoutBytes} bytes`);

    const agent = this.#agent(dataDir, server);
    const tls = this.#spawn(['-e', BARE_TLS, String(server.port)]);
    const ws = this.#spawn(['-e', BARE_WS, String(server.port), wsPath(), '120000']);
    await delay(this.#settleMs);
    const cpu = [cpuOf(pidOf(agent)), cpuOf(pidOf(tls))] as const;
    const idleMs = Math.max(5000, this.#settleMs / 2);
    await delay(idleMs);
    const perMinute = (pid: number, before: number) => ((cpuOf(pid) - before) * 60_000) / idleMs;
    const [mine, bareTls, bareWs, after] = [agent, tls, ws, busy].map((child) => memoryOf(pidOf(child)));
    if (!mine || !bareTls || !bareWs || !after) throw new Error('unreachable');
    const settled = `after ${Math.round(this.#settleMs / 1000)} s idle, Node ${process.versions.node}`;
    const row = (name: string, value: number, peerValue: number, limitValue: number) =>
      benchRow({
        name: `agent: ${name}, ${settled}`,
        value,
        unit: 'MiB',
        peer: 'bare node with one TLS socket',
        peerValue,
        limit: 'bare node with ws over TLS, unbundled',
        limitValue,
      });
    return [
      row('resident memory', mine.rss, bareTls.rss, bareWs.rss),
      row('private dirty memory', mine.dirty, bareTls.dirty, bareWs.dirty),
      row(`resident memory after a job that printed ${FLOOD_BYTES / 1e6} MB`, after.rss, bareTls.rss, bareWs.rss),
      benchRow({
        name: 'agent: processor time, idle',
        value: perMinute(pidOf(agent), cpu[0]),
        unit: 's/min',
        peer: 'bare node with one TLS socket',
        peerValue: Math.max(1e-6, perMinute(pidOf(tls), cpu[1])),
      }),
    ];
  }

  async #server(options: Parameters<typeof FrameServer.start>[0]): Promise<FrameServer> {
    const server = await FrameServer.start(options);
    this.#closing.push(() => server.stop());
    return server;
  }

  async #forwarder(server: FrameServer): Promise<CountingForwarder> {
    const forwarder = await CountingForwarder.start(server.port);
    this.#closing.unshift(() => forwarder.stop());
    return forwarder;
  }

  /** An agent that has enrolled and delivered its first audit. */
  async #enrolled(dataDir: string, server: FrameServer): Promise<ChildProcess> {
    const child = this.#agent(dataDir, server);
    await server.until(() => server.of('auditData').length === 6, 30_000, 'the first audit');
    // The answer to the last section is on its way into the agent's state.
    await delay(300);
    return child;
  }

  #agent(dataDir: string, server: FrameServer, forwarder?: CountingForwarder): ChildProcess {
    const token = server.token(forwarder && { urls: [`wss://localhost:${forwarder.port}/agent`] });
    return this.#spawn([this.#programs.agent, 'run', '--data', dataDir], { RMM_ENROLMENT_TOKEN: token });
  }

  #spawn(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, NODE_OPTIONS: '', ...env } });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }
}

/** Bytes of a connection that is about to be made. */
async function takeSome(forwarder: CountingForwarder): Promise<number> {
  while (forwarder.down === 0) await delay(20);
  return forwarder.take();
}

/** What the operating system's own list of packages takes when packed, where there is one. */
function auditPeer(): { peer: string; peerValue: number } {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const format = '${Package}\\t${Version}\\t${Architecture}\\t${Installed-Size}\\n';
  const program = 'dpkg-query';
  try {
    const list = execFileSync(program, ['-W', '-f', format], { maxBuffer: 64 * 1024 * 1024 });
    return { peer: 'dpkg-query (name, version, arch, size), gzip', peerValue: gzipSync(list).length };
  } catch {
    return { peer: '20 kB', peerValue: 20_000 };
  }
}

function wsPath(): string {
  return join(process.cwd(), 'node_modules', 'ws');
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The process did not start');
  return child.pid;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
