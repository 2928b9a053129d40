import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { sqliteStorage } from './sqlite-storage.js';

const folder = mkdtempSync(join(tmpdir(), 'rmm-crash-'));
const file = join(folder, 'data.db');
const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A writer in a process of its own; `lines` grows with what it acknowledged. */
async function startWriter(run: number) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, file, String(run)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  while (!output.startsWith('ready\n')) {
    if (child.exitCode !== null) throw new Error(`The writer ended with ${child.exitCode}.`);
    await setTimeout(5);
  }
  /** Until it has stored something. */
  const acknowledged = async () => {
    while (output.split('\n').length < 3) await setTimeout(5);
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
    // What follows the last line break had not been printed whole.
    return output.split('\n').slice(1, -1);
  };
  return { acknowledged, kill };
}

test('kill -9 loses no acknowledged transaction, leaves none half, and frees the lock', async () => {
  const acknowledged: string[] = [];
  for (let run = 0; run < 3; run++) {
    const writer = await startWriter(run);
    await writer.acknowledged();
    await setTimeout(Math.random() * 150);
    if (run === 0) {
      const second = sqliteStorage({ file });
      await expect(second.migrate([])).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    }
    acknowledged.push(...(await writer.kill()));
  }
  expect(acknowledged.length).toBeGreaterThan(0);

  const storage = sqliteStorage({ file });
  await storage.migrate([]);
  await storage.close();
  const db = new Sqlite(file, { readonly: true });
  const parts = db.prepare('select "transaction", count(*) from rmm_crash_row group by 1').raw().all() as [
    string,
    number,
  ][];
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  expect(parts.filter(([, count]) => count !== 3)).toEqual([]);
  const stored = new Set(parts.map(([name]) => name));
  expect(acknowledged.filter((name) => !stored.has(name))).toEqual([]);
}, 120_000);
