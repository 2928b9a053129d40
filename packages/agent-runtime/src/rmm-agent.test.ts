import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { requires } from '../../../test/support/requires.js';
import { AgentProcess } from './test-support/agent-process.js';
import { type BuiltPrograms, buildPrograms } from './test-support/build-programs.js';
import { FrameServer, makeCertificate } from './test-support/frame-server.js';
import { journalText } from './test-support/journal-text.js';
import { AGENT_VERSION } from './version.js';

let programs: BuiltPrograms;
let tls: FrameServer['tls'];
let server: FrameServer;
let folder: string;
let data: string;
let processes: AgentProcess[];

beforeAll(async () => {
  programs = await buildPrograms();
  tls = await makeCertificate();
}, 120_000);
afterAll(() => programs.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-agent-program-'));
  data = join(folder, 'data');
  processes = [];
  server = await FrameServer.start({ tls });
});
afterEach(async () => {
  await Promise.all(processes.map((process) => process.crash()));
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

function rmmAgent(args: readonly string[], options: ConstructorParameters<typeof AgentProcess>[2] = {}): AgentProcess {
  const started = new AgentProcess(programs.agent, args, options);
  processes.push(started);
  return started;
}

async function online(): Promise<AgentProcess> {
  const started = rmmAgent(['run', '--data', data], { env: { RMM_ENROLMENT_TOKEN: server.token() } });
  await server.frame('pull');
  return started;
}

async function untilRead(path: string, text: string): Promise<void> {
  await server.until(() => existsSync(path) && readFileSync(path, 'utf8').includes(text), undefined, path);
}

/** Processes that carry an execution's mark. */
function survivors(id: string): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`RMM_EXECUTION_ID=${id}`);
      } catch {
        return false;
      }
    }).length;
}

describe('the command line', () => {
  test.each([
    [['--version'], 0, AGENT_VERSION],
    [['--help'], 0, 'Usage: rmm-agent'],
    [['fly'], 2, 'Unknown command "fly"'],
    [['run', '--fly'], 2, '--fly'],
    [['enrol'], 2, 'needs --token'],
    [['run', '--max-jobs', '0'], 2, '--max-jobs'],
    [['enrol', '--token', 'rmm1.junk'], 3, 'ENROLMENT_TOKEN_INVALID'],
  ] as const)('%s', async (args, code, text) => {
    const run = rmmAgent([...args, ...(args[0] === 'enrol' ? ['--data', data] : [])]);
    expect(await run.exited).toBe(code);
    expect(run.log).toContain(text);
  });

  test('enrol joins and leaves; a second time is refused; run then needs no token', async () => {
    const first = rmmAgent(['enrol', '--data', data, '--token', server.token()]);
    expect(await first.exited).toBe(0);
    expect(first.log).toContain('device-1');
    expect(server.of('hello')).toEqual([]);
    const second = rmmAgent(['enrol', '--data', data, '--token', server.token()]);
    expect(await second.exited).toBe(4);
    expect(second.log).toContain('AGENT_ALREADY_ENROLLED');
    rmmAgent(['run', '--data', data]);
    await server.frame('pull');
    expect(server.of('enrol')).toHaveLength(1);
  });

  test('run without identity or token tells what to do', async () => {
    const run = rmmAgent(['run', '--data', data]);
    expect(await run.exited).toBe(2);
    expect(run.log).toMatch(/AGENT_NOT_ENROLLED/);
  });

  test('enrol tells which addresses it could not reach', async () => {
    const token = server.token({ urls: ['wss://localhost:1/agent'] });
    const run = rmmAgent(['enrol', '--data', data, '--token', token]);
    expect(await run.exited).toBe(1);
    expect(run.log).toContain('localhost:1');
  });

  test('uninstall leaves nothing', async () => {
    await rmmAgent(['enrol', '--data', data, '--token', server.token()]).exited;
    expect(await rmmAgent(['uninstall', '--data', data]).exited).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('SIGTERM ends it and its scripts, with exit code 0', async () => {
    const run = await online();
    const id = server.script('echo begun; sleep 600', { timeoutMs: 600_000 });
    await server.frame('output');
    expect(await run.stop()).toBe(0);
    expect(survivors(id)).toBe(0);
  });

  test('two agents do not share a folder', async () => {
    await online();
    const second = rmmAgent(['run', '--data', data]);
    expect(await second.exited).toBe(4);
    expect(second.log).toContain('STORAGE_LOCKED');
  });
});

describe.runIf(requires('Linux’ /proc', process.platform === 'linux'))('kill -9', () => {
  test('in mid job: one end, one run, and the script’s processes are gone', async () => {
    const run = await online();
    const count = join(folder, 'count');
    const id = server.script(`echo ran >> ${count}; (setsid sleep 300 &) ; sleep 300`);
    await untilRead(count, 'ran');
    await delay(100);
    await run.crash();
    expect(survivors(id)).toBeGreaterThan(0);
    await online();
    expect(await server.finished(id)).toMatchObject({ outcome: 'failed', error: { code: 'AGENT_INTERRUPTED' } });
    expect(survivors(id)).toBe(0);
    expect(readFileSync(count, 'utf8')).toBe('ran\n');
    await delay(300);
    expect(server.of('finished').filter((frame) => frame.id === id)).toHaveLength(1);
  });

  test('with jobs that wait: those are started by the next process, each once', async () => {
    const run = await online();
    const count = join(folder, 'count');
    const blockers = Array.from({ length: 4 }, () => server.script('sleep 300'));
    for (const id of blockers) await server.frame('started', (frame) => frame.id === id);
    const waiting = Array.from({ length: 6 }, (_, index) => server.script(`echo ${index} >> ${count}`));
    await server.until(() => server.of('accepted').flatMap(({ ids }) => ids).length >= 10);
    await run.crash();
    expect(existsSync(count)).toBe(false);
    await online();
    for (const id of waiting) expect(await server.finished(id)).toMatchObject({ outcome: 'exited', exitCode: 0 });
    for (const id of blockers) expect(await server.finished(id)).toMatchObject({ outcome: 'failed' });
    expect(readFileSync(count, 'utf8').trim().split('\n').sort()).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  test('at any moment: every job ends once and runs at most once', async () => {
    const count = join(folder, 'count');
    const ids: string[] = [];
    for (let round = 0; round < 6; round++) {
      const run = await online();
      for (let job = 0; job < 3; job++)
        ids.push(
          server.script(`echo job-$NUMBER >> ${count}; sleep 0.05`, { environment: { NUMBER: String(ids.length) } }),
        );
      await delay(Math.random() * 250);
      await run.crash();
      server.frames.splice(0, server.frames.length, ...server.of('finished'));
    }
    await online();
    for (const id of ids) await server.finished(id);
    await delay(300);
    const ends = new Map<string, Set<string>>();
    for (const { id, outcome, at } of server.of('finished'))
      ends.set(id, (ends.get(id) ?? new Set()).add(`${outcome} ${at}`));
    for (const id of ids) expect(ends.get(id)?.size, `ends of ${id}`).toBe(1);
    const ran = readFileSync(count, 'utf8').trim().split('\n');
    expect(new Set(ran).size).toBe(ran.length);
    const exited = server
      .of('finished')
      .filter(({ outcome }) => outcome === 'exited')
      .map(({ id }) => `job-${ids.indexOf(id)}`);
    expect(exited.filter((job) => !ran.includes(job))).toEqual([]);
  }, 120_000);

  test('and a copy of the folder on another computer: the copy runs nothing of it', async () => {
    const run = await online();
    const count = join(folder, 'count');
    const blockers = Array.from({ length: 4 }, () => server.script('sleep 300'));
    for (const id of blockers) await server.frame('started', (frame) => frame.id === id);
    const waiting = server.script(`echo ran >> ${count}`);
    await server.frame('accepted', ({ ids }) => ids.includes(waiting));
    await run.crash();
    const path = join(data, 'state.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), machine: 'another' }));
    await online();
    for (const id of [...blockers, waiting]) {
      expect(await server.finished(id)).toMatchObject({ outcome: 'failed', error: { code: 'AGENT_INTERRUPTED' } });
    }
    expect(existsSync(count)).toBe(false);
  });

  test('of the server in mid job loses nothing', async () => {
    await online();
    const count = join(folder, 'count');
    const away = join(folder, 'away');
    const ids = Array.from({ length: 8 }, (_, index) =>
      server.script(`until [ -e ${away} ]; do sleep 0.05; done; echo ${index} >> ${count}`),
    );
    await server.frame('started');
    const { port, systemKeys, devices } = server;
    await server.stop();
    writeFileSync(away, '');
    const accepted = server.of('accepted').flatMap(({ ids: list }) => list);
    const hasRun = () => (existsSync(count) ? readFileSync(count, 'utf8').split('\n').length - 1 : 0);
    await vi.waitUntil(() => hasRun() >= accepted.length);
    const before = server;
    server = await FrameServer.start({ port, tls });
    Object.assign(server, { systemKeys, devices });
    expect(before.of('finished')).toEqual([]);
    for (const id of ids.filter((one) => accepted.includes(one))) {
      expect(await server.finished(id)).toMatchObject({ exitCode: 0 });
    }
    expect(accepted.length).toBeGreaterThan(0);
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  const point = mkdtempSync(join(tmpdir(), 'rmm-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', point], { stdio: 'ignore' });
    execFileSync('umount', [point], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(point, { recursive: true, force: true });
  }
}

describe.runIf(requires('the right to mount a small disk', canMount))('a full disk', () => {
  beforeEach(() => {
    mkdirSync(data);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', data]);
  });
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.crash()));
    execFileSync('umount', ['-l', data]);
  });

  test('refuses new jobs, tells of those it has, and goes on when there is room again', async () => {
    const run = await online();
    const isFull = join(folder, 'is-full');
    const running = server.script(`until [ -e ${isFull} ]; do sleep 0.05; done; head -c 200000 /dev/zero | tr "\\0" y`);
    await server.frame('started');
    // The process is noted in the journal after its start is told.
    await server.until(() => journalText(data).includes('"process"'));
    const filler = join(data, 'filler');
    execFileSync('sh', ['-c', `cat /dev/zero > ${filler} 2>/dev/null; true`]);
    writeFileSync(isFull, '');
    const refused = server.script('echo never');
    expect(await server.frame('refused', (frame) => frame.id === refused)).toMatchObject({
      code: 'AGENT_STORAGE_FULL',
    });
    expect(await server.finished(running)).toMatchObject({ outcome: 'exited', exitCode: 0, stdoutBytes: 200_000 });
    rmSync(filler);
    const after = server.script('echo again');
    expect(await server.finished(after)).toMatchObject({ stdout: 'again\n' });
    expect(run.log).toContain('ENOSPC');
    expect(run.child.exitCode).toBe(null);
  });

  test('at the start is told', async () => {
    execFileSync('sh', ['-c', `cat /dev/zero > ${join(data, 'filler')} 2>/dev/null; true`]);
    const run = rmmAgent(['run', '--data', data, '--token', server.token()]);
    expect(await run.exited).toBe(4);
    expect(run.log).toMatch(/disk is full/);
  });
});

describe.runIf(
  requires(
    'an unprivileged user to run as',
    process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/setpriv'),
  ),
)('a folder that cannot be written', () => {
  test('is told with the remedy', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'x'), '');
    chmodSync(data, 0o500);
    for (const path of [folder, dirname(programs.agent)]) chmodSync(path, 0o755);
    const run = rmmAgent(['run', '--data', join(data, 'agent'), '--token', server.token()], {
      argv0: ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath],
    });
    expect(await run.exited).toBe(4);
    expect(run.log).toMatch(/cannot write its data folder.*--data.*STORAGE_UNWRITABLE/s);
  });
});

describe.runIf(requires('dpkg', existsSync('/usr/bin/dpkg-query')))('the audit', () => {
  test('knows this very computer, and an unchanged one sends hashes only', async () => {
    await online();
    await server.until(() => server.of('auditData').length === 6);
    const sections = Object.assign({}, ...server.of('auditData').map(({ sections: sent }) => sent));
    const installed = execFileSync('sh', ['-c', 'dpkg -l | grep -c ^ii'], { encoding: 'utf8' }).trim();
    expect(sections.software.packages.filter(({ source }: { source: string }) => source === 'dpkg')).toHaveLength(
      Number(installed),
    );
    expect(sections.system.hostname).toBe(execFileSync('hostname', { encoding: 'utf8' }).trim());
    expect(sections.hardware.memoryBytes).toBe(
      Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024,
    );
    expect(sections.volumes.volumes.map(({ mount }: { mount: string }) => mount)).toContain('/');
    server.frames.length = 0;
    const again = server.command({ kind: 'audit.run' });
    expect(await server.finished(again)).toMatchObject({ exitCode: 0 });
    expect(server.of('auditOffer')).toHaveLength(1);
    expect(server.of('auditData')).toEqual([]);
  });

  test('is printed for people', async () => {
    const run = rmmAgent(['audit']);
    expect(await run.exited).toBe(0);
    expect(Object.keys(JSON.parse(run.log))).toEqual([
      'system',
      'hardware',
      'volumes',
      'network',
      'software',
      'security',
    ]);
  });
});

test('a flood of output leaves the agent small', async () => {
  const run = await online();
  await server.frame('auditData');
  const id = server.script("head -c 141000000 /dev/zero | tr '\\0' x", { timeoutMs: 120_000 });
  expect(await server.finished(id, 100_000)).toMatchObject({ exitCode: 0, stdoutBytes: 141_000_000 });
  if (process.platform !== 'linux') return;
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${run.child.pid}/status`, 'utf8'))?.[1]);
  expect(rss).toBeLessThan(90_000);
}, 120_000);

test('a program that was killed obeys its policies from its next start on, before it hears of the server', async () => {
  const first = await online();
  const document = { agent: { disableIncomingJobs: true, disableAudits: true } };
  const id = server.command({ kind: 'policy.apply', hash: 'h', document });
  await first.crash();
  // Killed at any moment: the command is carried out now or after the next start.
  const second = await online();
  expect(await server.finished(id)).toMatchObject({ policy: { hash: 'h', ignored: [] } });
  await second.crash();
  server.frames.length = 0;
  const job = server.script('echo no');
  await online();
  expect((await server.frame('hello')).policy).toBe('h');
  expect(await server.frame('refused', (frame) => frame.id === job)).toMatchObject({ code: 'POLICY_FORBIDS' });
});
