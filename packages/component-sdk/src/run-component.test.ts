import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { requires } from '../../../test/support/requires.js';
import { runCli } from './cli/run-cli.js';
import { defineComponent } from './manifest/define-component.js';
import { loadComponent } from './manifest/load-component.js';
import { findProgram } from './run/find-program.js';
import { runComponent } from './run-component.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-component-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const hasShell = requires('a POSIX shell', findProgram('sh') !== undefined);
const monitor = (script: string) =>
  defineComponent({ uid: 'm', name: 'M', kind: 'monitor', language: 'shell', script });
const BLOCK = "echo '<-Start Result->'; echo 'Result=too many'; echo '<-End Result->'";

function manifest(fields: Record<string, unknown>, name = 'component.json'): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ uid: 'x', name: 'X', language: 'shell', ...fields }));
  return path;
}

describe.runIf(hasShell)('runComponent', () => {
  test('gives typed inputs to the script and reads its result', async () => {
    const greet = defineComponent({
      uid: 'greet',
      name: 'Greet',
      language: 'shell',
      script: `echo "$WHO $TIMES"; ${BLOCK}`,
      variables: [
        { name: 'WHO', type: 'string', required: true },
        { name: 'TIMES', type: 'number', default: 2 },
      ],
    });
    const result = await runComponent(greet, { WHO: 'you' });
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, result: 'too many' });
    expect(result.stdout).toContain('you 2\n');
    expect(result.verdict).toBe(undefined);
    // @ts-expect-error a required input is missing
    await expect(runComponent(greet, {})).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    // @ts-expect-error a number is wanted
    await expect(runComponent(greet, { WHO: 'a', TIMES: 'b' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('judges monitors as the guide does', async () => {
    expect((await runComponent(monitor(`${BLOCK}; exit 1`), {})).verdict).toEqual({
      state: 'alert',
      result: 'too many',
    });
    expect((await runComponent(monitor(BLOCK), {})).verdict).toEqual({ state: 'fine' });
  });

  test('refuses another platform', async () => {
    const other = defineComponent({
      uid: 'o',
      name: 'O',
      language: 'shell',
      script: 'true',
      platforms: [process.platform === 'win32' ? 'linux' : 'windows'],
    });
    await expect(runComponent(other, {})).rejects.toMatchObject({ code: 'COMPONENT_NOT_RUNNABLE' });
  });
});

describe('loadComponent', () => {
  test('takes the script from the file beside the manifest', async () => {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'run.sh'), '\uFEFFecho hi\n');
    expect(await loadComponent(manifest({ scriptFile: 'src/run.sh' }))).toMatchObject({ script: 'echo hi\n' });
  });

  test.each([
    ['a missing manifest', () => join(folder, 'none.json'), 'cannot be read'],
    [
      'no JSON',
      () => {
        writeFileSync(join(folder, 'x.json'), '{');
        return join(folder, 'x.json');
      },
      'not JSON',
    ],
    ['a missing script', () => manifest({ scriptFile: 'none.sh' }), 'none.sh'],
    [
      'an empty script',
      () => {
        writeFileSync(join(folder, 'e.sh'), '');
        return manifest({ scriptFile: 'e.sh' });
      },
      'is empty',
    ],
    [
      'a link that leads out',
      () => {
        symlinkSync('/etc/hostname', join(folder, 'l.sh'));
        return manifest({ scriptFile: 'l.sh' });
      },
      'outside',
    ],
  ])('refuses %s', async (_name, path, message) => {
    await expect(loadComponent(path())).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(message),
    });
  });
});

describe('rmm-component', () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    for (const name of ['log', 'error'] as const)
      vi.spyOn(console, name).mockImplementation((text) => void said.push(String(text)));
    for (const name of ['stdout', 'stderr'] as const) {
      vi.spyOn(process[name], 'write').mockImplementation((text) => said.push(String(text)) > 0);
    }
  });

  test('validates', async () => {
    expect(await runCli(['validate', manifest({ script: 'true' })])).toBe(0);
    expect(
      await runCli([
        'validate',
        manifest({ script: 'true' }, 'a.json'),
        manifest({ script: 'true', timeoutMs: 1 }, 'b.json'),
      ]),
    ).toBe(1);
    expect(said.join('\n')).toMatch(/fine[\s\S]*b\.json: .*timeoutMs/);
  });

  test.runIf(hasShell)('runs, with the script’s own exit code', async () => {
    const path = manifest({ script: 'echo "hello $WHO"; exit 7', variables: [{ name: 'WHO', type: 'string' }] });
    expect(await runCli(['run', path, '--input', 'WHO=you=me'])).toBe(7);
    expect(said.join('')).toContain('hello you=me');
    expect(await runCli(['run', path, '--json'])).toBe(7);
    expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({ exitCode: 7, stdout: 'hello \n' });
    expect(await runCli(['run', path, '--input', 'WHEN=now'])).toBe(125);
    expect(await runCli(['run', manifest({ script: 'sleep 9', timeoutMs: 1000 })])).toBe(124);
  });

  test.each([[['fly']], [['run']], [['run', 'a', 'b']], [['run', 'a', '--input', 'x']], [['run', 'a', '--fly']]])(
    '%j is wrong usage',
    async (args) => {
      expect(await runCli(args)).toBe(2);
      expect(said.join('\n')).toContain('Usage: rmm-component');
    },
  );

  test('help', async () => {
    expect(await runCli(['--help'])).toBe(0);
    expect(await runCli([])).toBe(0);
  });
});
