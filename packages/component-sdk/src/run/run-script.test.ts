import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LIMITS } from '@rmm/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requires } from '../../../../test/support/requires.js';
import { findProgram } from './find-program.js';
import { processesOf } from './process-table.js';
import { runScript } from './run-script.js';
import type { ScriptRun } from './script-run.js';

let folder: string;
let count = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-run-script-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, over: Partial<ScriptRun> = {}) =>
  runScript({
    id: `test-${process.pid}-${++count}`,
    language: 'shell',
    script,
    environment: {},
    timeoutMs: 60_000,
    graceMs: 200,
    tempRoot: folder,
    ...over,
  });

async function until(condition: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('Waited in vain');
    await delay(20);
  }
}

describe.runIf(requires('a POSIX shell', findProgram('sh') !== undefined))('a shell script', () => {
  test('gives its outputs, their lengths and its exit code, and leaves nothing behind', async () => {
    const result = await run('echo out; echo err >&2; exit 3');
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    expect([result.stdoutBytes, result.stderrBytes]).toEqual([4, 4]);
    expect(result.startedAt).toBeLessThanOrEqual(result.endedAt);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('gets its inputs untouched, a working PATH and its own folder, and none of the agent’s secrets', async () => {
    const awkward = `a "b" 'c' $(d) \`e\` %f% & <g> é\nh`;
    process.env.NODE_SECRET_OF_AGENT = 'x';
    const result = await run(
      'printf "%s|" "$INPUT" "$NODE_SECRET_OF_AGENT" "$RMM_EXECUTION_ID"; pwd; ls -ld . | cut -c1-10',
      {
        id: 'the-id',
        environment: { INPUT: awkward, RMM_EXECUTION_ID: 'forged' },
      },
    );
    delete process.env.NODE_SECRET_OF_AGENT;
    const [input, secret, id, rest] = result.stdout.split('|');
    expect([input, secret, id]).toEqual([awkward, '', 'the-id']);
    const [where, mode] = (rest ?? '').trim().split('\n');
    expect(where?.startsWith(folder)).toBe(true);
    expect(mode).toBe('drwx------');
  });

  test('can open its outputs again by name', async () => {
    const result = await run('echo a > /dev/stdout; echo b > /dev/stderr; echo c | tee /dev/stderr; echo d', {
      language: 'bash',
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'a\nc\nd\n', stderr: 'b\nc\n' });
  });

  test('reads an empty standard input instead of waiting for it', async () => {
    expect(await run('cat; echo done')).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  });

  test('that a signal ends has the exit code a shell would tell', async () => {
    expect(await run('kill -9 $$')).toMatchObject({ outcome: 'exited', exitCode: 137 });
  });

  test('is ended with its whole tree when its time is up, even what left its session', async () => {
    const id = `tree-${process.pid}`;
    const started = Date.now();
    const result = await run(
      `trap '' TERM
       (setsid sh -c 'trap "" TERM; while :; do sleep 1; done' >/dev/null 2>&1 &)
       sh -c 'sleep 60' &
       echo ready; while :; do sleep 1; done`,
      { id, timeoutMs: 3000 },
    );
    expect(result).toMatchObject({ outcome: 'timed-out', exitCode: null, stdout: 'ready\n' });
    // Its sleep alone lasts a minute; a laden machine takes some seconds more than three.
    expect(Date.now() - started).toBeLessThan(30_000);
    expect(await processesOf(id, undefined)).toEqual([]);
  });

  test('can be cancelled while it runs, and before it starts', async () => {
    const abort = new AbortController();
    const running = run('echo ready; sleep 60', { signal: abort.signal, onOutput: () => abort.abort() });
    expect(await running).toMatchObject({ outcome: 'cancelled', exitCode: null, stdout: 'ready\n' });
    expect(await run('echo never', { signal: abort.signal })).toMatchObject({ outcome: 'cancelled', startedAt: null });
  });

  test('ends with its own process although a daemon keeps its pipes open, and the daemon lives on', async () => {
    const id = `daemon-${process.pid}`;
    const started = Date.now();
    const result = await run('sleep 30 & echo started', { id });
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, stdout: 'started\n' });
    expect(Date.now() - started).toBeLessThan(20_000);
    const left = await processesOf(id, undefined);
    expect(left).toHaveLength(1);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    await until(async () => (await processesOf(id, undefined)).length === 0);
  });

  test('that floods its output is counted in full and kept in part, in flat memory', async () => {
    // The peak, in KiB: what is resident now also moves with what the system takes away and gives back.
    const before = process.resourceUsage().maxRSS;
    const bytes = 120 * 1024 * 1024;
    const result = await run(`echo first; head -c ${bytes} /dev/zero | tr '\\0' x; echo; echo last`, {
      timeoutMs: 60_000,
    });
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, stdoutBytes: bytes + 12 });
    expect(Buffer.byteLength(result.stdout)).toBeLessThanOrEqual(LIMITS.outputBytes);
    expect(result.stdout.startsWith('first\nxxx')).toBe(true);
    expect(result.stdout).toMatch(/x\n\[… \d+ bytes left out …\]\nx/);
    expect(result.stdout.endsWith('x\nlast\n')).toBe(true);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(60 * 1024);
  });

  test('that prints binary gives text without NUL, within the limit', async () => {
    const result = await run('head -c 600000 /dev/urandom; head -c 600000 /dev/zero >&2');
    expect(result).toMatchObject({ outcome: 'exited', stdoutBytes: 600_000, stderrBytes: 600_000 });
    for (const text of [result.stdout, result.stderr]) {
      expect(text).not.toContain('\0');
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.outputBytes);
    }
  });

  test('is watched as it prints, in whole characters and with offsets that join', async () => {
    const pieces: { text: string; offset: number }[] = [];
    const result = await run("printf 'a\\303'; sleep 0.2; printf '\\251b'; sleep 0.2; printf c", {
      onOutput: (_stream, text, offset) => pieces.push({ text, offset }),
    });
    expect(result.stdout).toBe('aébc');
    expect(pieces.map(({ text }) => text).join('')).toBe('aébc');
    let offset = 0;
    for (const piece of pieces) {
      expect(piece.offset).toBe(offset);
      offset += piece.text.length;
    }
  });

  test('that cannot be started is a result, not an exception', async () => {
    const huge = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`V${i}`, 'x'.repeat(32_000)]));
    const result = await run('true', { environment: huge });
    expect(result).toMatchObject({ outcome: 'failed', startedAt: null, error: { code: 'SCRIPT_NOT_STARTED' } });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('whose temporary folder is a file fails with the reason', async () => {
    const result = await run('true', { tempRoot: join(folder, 'none\0') });
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'SCRIPT_NOT_STARTED' } });
  });

  test('stopped by SIGSTOP is ended all the same', async () => {
    const result = await run('kill -STOP $$', { timeoutMs: 1000 });
    expect(result.outcome).toBe('timed-out');
  });
});

describe('other languages', () => {
  test.runIf(requires('Python', findProgram('python3') !== undefined))('python', async () => {
    const result = await run('import os, sys\nprint("é", os.environ["WHO"])\nsys.exit(2)', {
      language: 'python',
      environment: { WHO: 'ü' },
    });
    expect(result).toMatchObject({ exitCode: 2, stdout: 'é ü\n' });
  });

  test('javascript runs on Node, with imports', async () => {
    const script = "import os from 'node:os';\nconsole.log(typeof os.hostname(), process.env.WHO);";
    const result = await run(script, { language: 'javascript', environment: { WHO: 'me' } });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'string me\n' });
  });

  test('a missing interpreter is told at once', async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    const result = await run('x', { language: 'vbscript' });
    process.env.PATH = path;
    expect(result).toMatchObject({ outcome: 'failed', startedAt: null, error: { code: 'INTERPRETER_MISSING' } });
    expect(result.error?.message).toContain('vbscript');
  });

  test.runIf(requires('a POSIX shell', findProgram('sh') !== undefined))(
    'vbscript runs where a cscript is on the PATH, named relative to its folder, in DOS text',
    async () => {
      execFileSync(
        'sh',
        ['-c', `printf '#!/bin/sh\\necho "$@"\\ncat "$2"\\nprintf "\\\\202\\\\r\\\\n"\\n' > cscript; chmod +x cscript`],
        {
          cwd: folder,
        },
      );
      const path = process.env.PATH;
      process.env.PATH = `${folder}:${path}`;
      const result = await run('WScript.Echo 1\nWScript.Echo 2', { language: 'vbscript' });
      process.env.PATH = path;
      expect(result.stdout).toBe('//nologo script.vbs\nWScript.Echo 1\r\nWScript.Echo 2é\r\n');
      expect(existsSync(join(folder, 'cscript')) && readFileSync(join(folder, 'cscript'), 'utf8')).toContain('echo');
    },
  );
});
