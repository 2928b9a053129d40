import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { runActivityCli } from './activity-cli.js';
import { verifyActivityFile } from './verify-activity-file.js';

const folder = mkdtempSync(join(tmpdir(), 'rmm-activity-'));
const file = join(folder, 'activity.jsonl');
const tampered = join(folder, 'tampered.jsonl');
let server: TestRmm;
let api: RmmApi;
let lines: string[];
let key: string;
let hashes: string[];

/** The program itself, in a process of its own. */
function run(...args: string[]): { code: number | null; out: string; error: string } {
  const program = fileURLToPath(new URL('../rmm-activity.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, ...args], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, error: stderr };
}

async function exported(after = 0): Promise<string> {
  let text = '';
  for (let from: number | null = after; from !== null; ) {
    const part: Awaited<ReturnType<RmmApi['activity']['export']>> = await api.activity.export({
      after: from,
      limit: 4,
    });
    text += part.lines;
    key = part.seal?.publicKey ?? '';
    from = part.next;
  }
  return text;
}

beforeAll(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  const host = await server.system();
  api = server.rmm.as(host);
  for (let i = 0; i < 10; i++) await api.variables.set({ name: `V${i}`, value: `“${i}” \n` });
  await server.rmm.call(host, 'activity.seal', {});
  writeFileSync(file, await exported());
  lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  hashes = lines.slice(0, 10).map((line) => (JSON.parse(line) as { hash: string }).hash);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
});

test('the program verifies a file that activity.export wrote, and tells by its exit code', () => {
  const whole = run('verify', file, '--key', key, '--anchor', `3:${hashes[2]}`);
  expect(whole.out).toBe(`intact: 10 entries, 1 to 10\nsealed at ${sealedAt()} by the key ${key}\n`);
  expect([whole.code, whole.error]).toEqual([0, '']);
  writeFileSync(tampered, readFileSync(file, 'utf8').replace('V4', 'V5'));
  const changed = run('verify', tampered);
  expect(changed).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^NOT INTACT at entry 5: .*\n4 entries before it/),
  });
}, 180_000);

const sealedAt = () => (JSON.parse(lines.at(-1) ?? '') as { seal: { at: string } }).seal.at;

test('whatever is changed in a file is found', async () => {
  const place = fc.nat(10);
  const change = fc.oneof(
    fc.nat(9).map((at) => lines.filter((_, i) => i !== at)),
    fc
      .tuple(place, place)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => swapped(a, b)),
    place.map((at) => [...lines.slice(0, at), lines[at] ?? '', ...lines.slice(at)]),
    // One character, anywhere.
    fc.tuple(place, fc.nat(5000)).map(([at, offset]) => {
      const line = lines[at] ?? '';
      const i = offset % line.length;
      const to = line[i] === '1' ? '2' : '1';
      return lines.map((one, n) => (n === at ? `${line.slice(0, i)}${to}${line.slice(i + 1)}` : one));
    }),
    fc.constantFrom([...lines, lines[0] ?? ''], ['', ...lines], [...lines.slice(0, 5), lines[10] ?? '']),
  );
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      writeFileSync(tampered, `${changed.join('\n')}\n`);
      expect(await verifyActivityFile(tampered, { key })).toMatchObject({ intact: false });
    }),
    { numRuns: 200 },
  );
});

function swapped(a: number, b: number): string[] {
  const copy = [...lines];
  [copy[a], copy[b]] = [copy[b] ?? '', copy[a] ?? ''];
  return copy;
}

test('a file without its end, or sealed by another key, is not taken for whole', async () => {
  writeFileSync(tampered, `${lines.slice(0, 7).join('\n')}\n`);
  const cut = await verifyActivityFile(tampered, {});
  expect(cut).toEqual({ intact: true, entries: 7, first: 1, last: 7, keyGiven: false });
  expect(await verifyActivityFile(tampered, { anchor: { sequence: 8, hash: hashes[7] ?? '' } })).toMatchObject({
    intact: false,
    fault: { sequence: 8 },
  });
  const other = Buffer.alloc(32, 1).toString('base64url');
  expect(await verifyActivityFile(file, { key: other })).toMatchObject({ intact: false, fault: { sequence: 10 } });
  expect(await verifyActivityFile(file, { anchor: { sequence: 4, hash: hashes[4] ?? '' } })).toMatchObject({
    intact: false,
  });
});

test('a later part is verified by the entry before it', async () => {
  writeFileSync(tampered, await exported(6));
  const after = { sequence: 6, hash: hashes[5] ?? '' };
  expect(await verifyActivityFile(tampered, { key, after })).toMatchObject({
    intact: true,
    entries: 4,
    first: 7,
    last: 10,
  });
  expect(await verifyActivityFile(tampered, { key })).toMatchObject({ intact: false, fault: { sequence: 1 } });
  appendFileSync(tampered, 'x');
  expect(await verifyActivityFile(tampered, { key, after })).toMatchObject({ intact: false });
});

test('wrong usage is told', async () => {
  const said: string[] = [];
  const quiet = { out: (text: string) => said.push(text), error: (text: string) => said.push(text) };
  const wrong = [
    ['verify'],
    ['verify', join(folder, 'none')],
    ['check', file],
    ['verify', file, '--anchor', '5'],
    ['verify', file, '--what'],
    ['verify', file, 'x'],
  ];
  for (const args of wrong) expect(await runActivityCli(args, quiet)).toBe(2);
  expect(await runActivityCli(['--help'], quiet)).toBe(0);
  expect(said).toHaveLength(wrong.length + 1);
});
