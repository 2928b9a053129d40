import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { createRmm, type Rmm } from '@rmm/core';
import Database from 'better-sqlite3';
import { type BenchRow, benchRow } from './bench-row.js';

const WRITES = 6000;
const AT_ONCE = 256;

/**
 * Commands through the door (validated, authorized, in a transaction, recorded in the activity log: two rows each)
 * against bare better-sqlite3 that inserts the same two rows, each pair in its own transaction, equally durable.
 */
export async function doorBench(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-bench-door-'));
  try {
    const rows: BenchRow[] = [];
    for (const durability of ['process-crash', 'power-loss'] as const) {
      const bare = bareRate(join(folder, `bare-${durability}.db`), durability === 'power-loss' ? 'FULL' : 'NORMAL');
      const rmm = await createRmm({
        storage: sqliteStorage({ file: join(folder, `${durability}.db`), durability }),
        masterKey: randomBytes(32),
      });
      await rmm.start();
      const peer = `bare better-sqlite3, synchronous=${durability === 'power-loss' ? 'FULL' : 'NORMAL'}`;
      for (const atOnce of [1, AT_ONCE]) {
        const value = await doorRate(rmm, atOnce, `${durability} ${atOnce}`);
        rows.push(
          benchRow({
            name: `door writes, ${durability}, ${atOnce} at once`,
            value,
            unit: '1/s',
            peer,
            peerValue: bare,
          }),
        );
      }
      await rmm.stop();
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function doorRate(rmm: Rmm, atOnce: number, name: string): Promise<number> {
  const host = { kind: 'host', name: 'bench' } as const;
  const system = await rmm.as(host).systems.create({ name });
  const api = rmm.as({ ...host, systemId: system.id });
  const profile = await api.profiles.create({ name: 'Bench' });
  const write = (at: number) => api.variables.set({ name: `V${at}`, value: 'x'.repeat(60), profileId: profile.id });
  for (let at = 0; at < 200; at++) await write(at);
  const writes = atOnce === 1 ? WRITES / 3 : WRITES;
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < writes) await write(next++);
    }),
  );
  return writes / ((performance.now() - started) / 1000);
}

function bareRate(file: string, synchronous: 'FULL' | 'NORMAL'): number {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous}`);
  db.exec(
    'create table variable (systemId text, profileId text, name text, masked int, sealed text, primary key (systemId, profileId, name)) without rowid',
  );
  db.exec(
    'create table activity (systemId text, id text, at int, actor text, operation text, input text, primary key (systemId, id)) without rowid',
  );
  const variable = db.prepare('insert or replace into variable values (?, ?, ?, ?, ?)');
  const activity = db.prepare('insert into activity values (?, ?, ?, ?, ?, ?)');
  const input = JSON.stringify({ name: 'V', value: '••••', profileId: 'p'.repeat(26) });
  const write = db.transaction((at: number) => {
    variable.run('s'.repeat(26), 'p'.repeat(26), `V${at}`, 0, 'x'.repeat(140));
    activity.run('s'.repeat(26), String(at).padStart(26, '0'), Date.now(), 'bench', 'variables.set', input);
  });
  for (let at = 0; at < 200; at++) write(at);
  const started = performance.now();
  for (let at = 200; at < 200 + WRITES; at++) write(at);
  const rate = WRITES / ((performance.now() - started) / 1000);
  db.close();
  return rate;
}
