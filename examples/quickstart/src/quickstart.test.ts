import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder = '';
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rmm-quickstart-'));
});

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  running.clear();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A quickstart in a process of its own. */
class Quickstart {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(...args: string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.#child);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#ended = once(this.#child, 'close').then(([code]) => {
      running.delete(this.#child);
      return { code, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  ended(): Promise<Ended> {
    return this.#ended;
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ended> {
    this.#child.kill(signal);
    return this.#ended;
  }

  /** Waits until it has printed that it is up. */
  async up(): Promise<string> {
    while (!this.#stdout.includes('Press Ctrl-C')) {
      const early = await Promise.race([this.#ended, new Promise<undefined>((resolve) => setTimeout(resolve, 20))]);
      if (early) throw new Error(`It ended early: ${early.stderr}`);
    }
    return /Console: (\S+)/.exec(this.#stdout)?.[1] ?? '';
  }
}

test('the first start tells how to sign in, the second finds all data again, Ctrl-C ends both', async () => {
  const first = new Quickstart('--port', '0', '--data', join(folder, 'data'), '--no-agent');
  const url = await first.up();
  expect((await fetch(url)).status).toBe(200);
  const [, user = '', password = ''] = /Sign in: (\S+) (\S+)/.exec(first.stdout) ?? [];
  expect(await signIn(url, user, password)).toBe(200);
  expect((await first.stop()).code).toBe(0);

  const second = new Quickstart('--port', '0', '--data', join(folder, 'data'), '--no-agent');
  const again = await second.up();
  expect(second.stdout).not.toContain('Sign in:');
  expect(await signIn(again, user, password)).toBe(200);
  expect(await signIn(again, user, `${password}x`)).toBe(401);
  expect((await second.stop()).code).toBe(0);
}, 120_000);

test('closing the terminal ends it as Ctrl-C does', async () => {
  const quickstart = new Quickstart('--port', '0', '--data', join(folder, 'data'), '--no-agent');
  await quickstart.up();
  expect((await quickstart.stop('SIGHUP')).code).toBe(0);
}, 120_000);

test('keys are readable by their owner only', async () => {
  const data = join(folder, 'data');
  const quickstart = new Quickstart('--port', '0', '--data', data, '--no-agent');
  await quickstart.up();
  await quickstart.stop();
  expect((await stat(data)).mode & 0o077).toBe(0);
  expect((await stat(join(data, 'master.key'))).mode & 0o077).toBe(0);
  expect(Buffer.from(await readFile(join(data, 'master.key'), 'utf8'), 'base64')).toHaveLength(32);
}, 120_000);

test('a second server on the same data is refused, the first goes on', async () => {
  const args = ['--port', '0', '--data', join(folder, 'data'), '--no-agent'];
  const first = new Quickstart(...args);
  const url = await first.up();
  const { code, stderr } = await new Quickstart(...args).ended();
  expect(code).toBe(1);
  expect(stderr).toMatch(/already|another server/i);
  expect(stderr).not.toContain('    at ');
  expect((await fetch(url)).status).toBe(200);
  await first.stop();
}, 120_000);

test('a taken port is named together with the way out', async () => {
  const rival = createServer().listen(0, '127.0.0.1');
  await once(rival, 'listening');
  const address = rival.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const { code, stderr } = await new Quickstart('--port', port, '--data', join(folder, 'data'), '--no-agent').ended();
  rival.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`Port ${port} is taken`);
  expect(stderr).toContain('--port');
}, 120_000);

test('a data folder that cannot be made is named together with the way out', async () => {
  await writeFile(join(folder, 'file'), '');
  const data = join(folder, 'file', 'data');
  const { code, stderr } = await new Quickstart('--port', '0', '--data', data).ended();
  expect(code).toBe(1);
  expect(stderr).toContain(data);
  expect(stderr).toContain('--data');
}, 120_000);

async function signIn(url: string, email: string, password: string): Promise<number> {
  const response = await fetch(`${url}api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin },
    body: JSON.stringify({ email, password }),
  });
  return response.status;
}
