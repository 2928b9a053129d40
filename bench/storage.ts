import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SqliteStorageOptions, sqliteStorage } from '@rmm/adapters-sqlite';
import type { ModelDef, Row, Storage } from '@rmm/core/ports';
import Sqlite from 'better-sqlite3';
import { type BenchRow, benchRow } from './bench-row.js';

const SLICE_MS = 60;
const SLICES = 14;

const model: ModelDef = {
  name: 'benchEvent',
  fields: {
    id: { type: 'string' },
    systemId: { type: 'string' },
    deviceId: { type: 'string' },
    at: { type: 'time' },
    count: { type: 'int' },
    ok: { type: 'bool' },
    note: { type: 'string', nullable: true },
    data: { type: 'json', nullable: true },
  },
  key: ['id'],
  indexes: [['systemId', 'at']],
};

/** A row of about 150 bytes, as an activity entry or a small result is. */
function event(n: number): Row {
  return {
    id: `evt_${n.toString(36).padStart(12, '0')}`,
    systemId: `sys_${n % 3}`,
    deviceId: `dev_${n % 1000}`,
    at: 1_700_000_000_000 + n,
    count: n,
    ok: n % 2 === 0,
    note: 'rebooted by policy',
    data: { from: 'pending', to: 'done' },
  };
}

/** Someone who can write rows; `lanes` of them are under way at once. */
interface Contender {
  readonly name: string;
  readonly lanes: number;
  write(n: number): Promise<unknown>;
  stored(): Promise<number>;
  close(): Promise<void>;
  written: number;
  ms: number;
}

async function runSlice(contender: Contender): Promise<void> {
  const start = performance.now();
  const end = start + SLICE_MS;
  const lane = async () => {
    while (performance.now() < end) await contender.write(contender.written++);
  };
  await Promise.all(Array.from({ length: contender.lanes }, lane));
  contender.ms += performance.now() - start;
}

/** Disks and shared machines change pace within seconds: all contenders get small slices, in turn. */
async function race(contenders: readonly Contender[]): Promise<readonly number[]> {
  for (const contender of contenders) await runSlice(contender);
  const before = contenders.map(({ written, ms }) => ({ written, ms }));
  for (let slice = 0; slice < SLICES; slice++) for (const contender of contenders) await runSlice(contender);
  return Promise.all(
    contenders.map(async (contender, i) => {
      const { name, written, ms } = contender;
      const stored = await contender.stored();
      if (stored !== written) throw new Error(`${name}: ${written} rows were written, ${stored} are there.`);
      return ((written - (before[i]?.written ?? 0)) * 1000) / (ms - (before[i]?.ms ?? 0));
    }),
  );
}

/** Bare better-sqlite3: one prepared insert into the same table, each its own commit. */
function bare(file: string, synchronous: 'full' | 'normal'): Contender {
  const db = new Sqlite(file);
  db.pragma('journal_mode = wal');
  db.pragma(`synchronous = ${synchronous}`);
  db.exec(`create table event (id text not null primary key, system_id text not null, device_id text not null,
    at integer not null, count integer not null, ok integer not null, note text, data text) strict;
    create index event_at on event (system_id, at)`);
  const insert = db.prepare('insert into event values (?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    name: `better-sqlite3 autocommit, synchronous=${synchronous}`,
    lanes: 1,
    written: 0,
    ms: 0,
    write: async (n) => {
      const { id, systemId, deviceId, at, count, ok, note, data } = event(n);
      insert.run(id, systemId, deviceId, at, count, ok ? 1 : 0, note, JSON.stringify(data));
    },
    stored: async () => Number(db.prepare('select count(*) from event').pluck().get()),
    close: async () => {
      db.close();
    },
  };
}

async function ours(options: SqliteStorageOptions, lanes: number, name: string, write: Write): Promise<Contender> {
  const storage = sqliteStorage(options);
  await storage.migrate([model]);
  return {
    name,
    lanes,
    written: 0,
    ms: 0,
    write: (n) => write(storage, event(n)),
    stored: () => storage.count('benchEvent'),
    close: () => storage.close(),
  };
}

type Write = (storage: Storage, row: Row) => Promise<unknown>;
const inTransaction: Write = (storage, row) => storage.transaction((tx) => tx.insert('benchEvent', [row]));
const alone: Write = (storage, row) => storage.insert('benchEvent', [row]);

/** Durable writes through the storage port against bare better-sqlite3 with the same setting, same row, same machine. */
export async function storageBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-bench-'));
  const rows: BenchRow[] = [];
  try {
    for (const durability of ['power-loss', 'process-crash'] as const) {
      const at = (name: string): SqliteStorageOptions => ({
        file: join(folder, `${durability}-${name}.db`),
        durability,
      });
      const contenders = [
        bare(join(folder, `bare-${durability}.db`), durability === 'power-loss' ? 'full' : 'normal'),
        await ours(at('t1'), 1, `storage.transaction, one by one, ${durability}`, inTransaction),
        await ours(at('t256'), 256, `storage.transaction, 256 at once, ${durability}`, inTransaction),
        await ours(at('i256'), 256, `storage.insert, 256 at once, ${durability}`, alone),
      ];
      const [peerValue = Number.NaN, ...values] = await race(contenders);
      for (const contender of contenders) await contender.close();
      const peer = contenders[0]?.name ?? '';
      for (const [i, value] of values.entries()) {
        rows.push(benchRow({ name: contenders[i + 1]?.name ?? '', value, unit: 'writes/s', peer, peerValue }));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
