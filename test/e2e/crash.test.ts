import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, type RmmClient } from '@rmm/client';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../examples/quickstart/dist/main.js', import.meta.url));
const OPEN = ['queued', 'accepted', 'running'];
const JOBS = 10;

let folder = '';
let server: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-crash-'));
});

afterEach(async () => {
  if (server && server.exitCode === null && server.signalCode === null) {
    server.kill('SIGINT');
    await once(server, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the quickstart on this test's data, and returns what it printed. */
async function start(): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', '--data', join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  server = child;
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!said.includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`The quickstart ended: ${said}`);
    await delay(20);
  }
  return said;
}

const urlIn = (said: string) => (/Console: (\S+)\/\n/.exec(said)?.[1] ?? '').replace('localhost', '127.0.0.1');

/** A client that keeps its session's cookies, as a browser would. */
async function signIn(url: string, [email = '', password = '']: readonly string[]): Promise<RmmClient> {
  const cookies = new Map<string, string>();
  const client = createClient({
    baseUrl: `${url}/api`,
    fetch: async (input, init = {}) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { ...(init.headers as Record<string, string>), origin: url, ...(cookie && { cookie }) };
      const response = await fetch(input, { ...init, headers });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return response;
    },
  });
  await client.signIn(email, password);
  return client;
}

async function until(what: string, met: () => Promise<boolean> | boolean): Promise<void> {
  for (const late = Date.now() + 90_000; !(await met()); await delay(50)) {
    if (Date.now() > late) throw new Error(`It did not come to it that ${what}`);
  }
}

const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
const statesOf = async (client: RmmClient, jobs: readonly string[]) =>
  Promise.all(jobs.map(async (jobId) => (await client.jobs.executions({ jobId })).items.map(({ state }) => state)));

/** Runs jobs that each note their start, take a while, and note their end. */
async function launch(client: RmmClient, seconds: number): Promise<{ jobs: string[]; started: string; ended: string }> {
  await until('the device is online', async () => (await client.devices.list({})).items[0]?.status === 'online');
  const [device] = (await client.devices.list({})).items;
  const [started, ended] = [join(folder, 'started'), join(folder, 'ended')];
  const jobs: string[] = [];
  for (let at = 0; at < JOBS; at++) {
    const text = `echo ${at} >>'${started}'; sleep ${seconds}; echo ${at} >>'${ended}'; echo done ${at}`;
    jobs.push((await client.jobs.run({ deviceIds: [device?.id ?? ''], script: { language: 'shell', text } })).id);
  }
  return { jobs, started, ended };
}

test('a server killed during ten jobs and started again: each ends in one state, each script ran once', async () => {
  const said = await start();
  const account = /Sign in: (\S+) (\S+)/.exec(said)?.slice(1) ?? [];
  const { jobs, started, ended } = await launch(await signIn(urlIn(said), account), 1);
  await until('some scripts run', () => linesOf(started).length >= 2);
  server?.kill('SIGKILL');
  await delay(1500);

  const client = await signIn(urlIn(await start()), account);
  await until('all jobs have ended', async () =>
    (await statesOf(client, jobs)).flat().every((state) => !OPEN.includes(state)),
  );
  expect(await statesOf(client, jobs)).toEqual(jobs.map(() => ['success']));
  const all = jobs.map((_, at) => String(at));
  expect(linesOf(started).sort()).toEqual(all);
  expect(linesOf(ended).sort()).toEqual(all);
  for (const [at, jobId] of jobs.entries()) {
    const [execution] = (await client.jobs.executions({ jobId })).items;
    expect((await client.executions.get({ executionId: execution?.id ?? '' })).stdout).toBe(`done ${at}\n`);
  }
}, 240_000);

test('an agent killed during ten jobs: each ends in one state, no script runs twice', async () => {
  const said = await start();
  const account = /Sign in: (\S+) (\S+)/.exec(said)?.slice(1) ?? [];
  const client = await signIn(urlIn(said), account);
  const { jobs, started, ended } = await launch(client, 4);
  await until('some scripts run', () => linesOf(started).length >= 2);
  process.kill(Number(readFileSync(join(folder, 'data', 'agent.pid'), 'utf8')), 'SIGKILL');

  await until('all jobs have ended', async () =>
    (await statesOf(client, jobs)).flat().every((state) => !OPEN.includes(state)),
  );
  const states = (await statesOf(client, jobs)).flat();
  expect(states).toHaveLength(JOBS);
  expect([...new Set(states)].sort()).toEqual(['error', 'success']);
  expect(new Set(linesOf(started)).size).toBe(linesOf(started).length);
  // Those that were interrupted say so; the others ran to their end.
  expect(linesOf(ended)).toHaveLength(states.filter((state) => state === 'success').length);
  for (const jobId of jobs) {
    const [execution] = (await client.jobs.executions({ jobId })).items;
    expect(execution?.reason?.code ?? null).toBe(execution?.state === 'error' ? 'AGENT_INTERRUPTED' : null);
  }
}, 240_000);
