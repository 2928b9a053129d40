import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tlsIdentity } from '@rmm/adapters-websocket';
import { type BenchRow, benchRow } from './bench-row.js';
import type { ClientRequest } from './transport-client.js';
import type { ServerFigures, ServerRequest } from './transport-server.js';

const AGENTS = 800;
const SPARSE_PER_SECOND = 8000;
const SPARSE_MS = 2500;
const WRITES = 25;
const BATCH = 20;

interface Result {
  readonly kbPerLink: number;
  readonly heapPerLink: number;
  readonly acceptsPerCpuSecond: number;
  readonly sparsePerCpuSecond: number;
  readonly batchedPerCpuSecond: number;
  readonly heldUpMs: number;
}

/**
 * The WebSocket transport against a bare `ws` server that only parses JSON, each over TLS in a process of its own, with the
 * agents in another: what an idle agent costs, what a message costs, and how long timers wait under a flood.
 */
export async function transportBench(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-bench-transport-'));
  try {
    const { key, cert } = await tlsIdentity({ dir: folder });
    const pem = join(folder, 'server.pem');
    writeFileSync(pem, key + cert, { mode: 0o600 });
    const bare = await measure('bare', pem);
    const ours = await measure('ours', pem);
    const row = (name: string, unit: string, figure: keyof Result): BenchRow =>
      benchRow({ name, unit, value: ours[figure], peer: 'bare ws over TLS', peerValue: bare[figure] });
    return [
      row('memory per idle agent (RSS)', 'kB', 'kbPerLink'),
      row('heap per idle agent', 'kB', 'heapPerLink'),
      row('agents accepted per server CPU-second', '/s', 'acceptsPerCpuSecond'),
      row('messages per server CPU-second, sparse', '/s', 'sparsePerCpuSecond'),
      row(`messages per server CPU-second, ${BATCH} a write`, '/s', 'batchedPerCpuSecond'),
      row(`CPU time between two timers while ${AGENTS} agents flood, longest`, 'ms', 'heldUpMs'),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(which: 'ours' | 'bare', pem: string): Promise<Result> {
  const server = child('transport-server.ts', which, pem);
  const [{ port }] = await once(server, 'message');
  const client = child('transport-client.ts', String(port));
  await once(client, 'message');
  try {
    return await figuresOf(
      (request) => ask<ServerFigures>(server, request),
      (request) => ask<number>(client, request),
    );
  } finally {
    client.disconnect();
    server.disconnect();
    await Promise.all([once(client, 'exit'), once(server, 'exit')]);
  }
}

async function figuresOf(
  server: (request: ServerRequest) => Promise<ServerFigures>,
  client: (request: ClientRequest) => Promise<number>,
): Promise<Result> {
  await client({ open: 100 });
  await client({ perSecond: SPARSE_PER_SECOND, ms: 300 });
  await client({ close: true });
  await sleep(500);
  const before = await server('collected figures');
  await client({ open: AGENTS });
  const opened = await server('figures');
  await sleep(1000);
  const idle = await server('collected figures');
  await sleep(100);
  const perCpuSecond = async (request: ClientRequest) => {
    const from = await server('figures');
    const sent = await client(request);
    const to = await allArrived(server, from.messages + sent);
    return { rate: sent / (to.cpu - from.cpu), heldUpMs: to.heldUpMs };
  };
  const sparse = await perCpuSecond({ perSecond: SPARSE_PER_SECOND, ms: SPARSE_MS });
  const batched = await perCpuSecond({ batch: BATCH, writes: WRITES });
  return {
    kbPerLink: (idle.rss - before.rss) / AGENTS / 1024,
    heapPerLink: (idle.heap - before.heap) / AGENTS / 1024,
    acceptsPerCpuSecond: AGENTS / (opened.cpu - before.cpu),
    sparsePerCpuSecond: sparse.rate,
    batchedPerCpuSecond: batched.rate,
    heldUpMs: batched.heldUpMs,
  };
}

/** Waits until every message was taken, so that no time counts for work not done. The time between timers is the longest seen. */
async function allArrived(
  server: (request: ServerRequest) => Promise<ServerFigures>,
  expected: number,
): Promise<ServerFigures> {
  const deadline = performance.now() + 60_000;
  for (let heldUpMs = 0; ; await sleep(50)) {
    const figures = await server('figures');
    heldUpMs = Math.max(heldUpMs, figures.heldUpMs);
    if (figures.messages === expected) return { ...figures, heldUpMs };
    if (figures.messages > expected || performance.now() > deadline) {
      throw new Error(`${figures.messages} messages arrived where ${expected} were due`);
    }
  }
}

function child(file: string, ...args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args);
}

async function ask<Answer>(process: ChildProcess, request: ServerRequest | ClientRequest): Promise<Answer> {
  const answer = once(process, 'message');
  process.send(request);
  const [message] = await answer;
  return message as Answer;
}
