import { AsyncLocalStorage } from 'node:async_hooks';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ModelDef, StorageOps } from '@rmm/core/ports';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type SqliteStorage, sqliteStorage } from './sqlite-storage.js';

const note: ModelDef = {
  name: 'note',
  fields: { id: { type: 'string' }, text: { type: 'string', nullable: true } },
  key: ['id'],
};

let folder: string;
let file: string;
const opened: { close(): unknown }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-sqlite-'));
  file = join(folder, 'deep', 'er', 'data.db');
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path = file, options: { transactionTimeoutMs?: number } = {}): Promise<SqliteStorage> {
  const storage = sqliteStorage({ file: path, durability: 'process-crash', ...options });
  opened.push(storage);
  await storage.migrate([note]);
  return storage;
}

function hostConnection(): Sqlite.Database {
  const db = new Sqlite(file);
  opened.push(db);
  return db;
}

const unwritable = (reason: string) => ({ name: 'RmmError', code: 'STORAGE_UNWRITABLE', details: { reason } });

describe('the data file', () => {
  test('is made with its folder, for this user only', async () => {
    const storage = await open();
    await storage.insert('note', [{ id: 'a' }]);
    if (process.platform === 'win32') return;
    for (const name of readdirSync(join(folder, 'deep', 'er')).filter((name) => name.startsWith('data.db'))) {
      if (!name.endsWith('.lock')) expect([name, statSync(join(file, '..', name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  test('in a place that cannot be written is refused by name', async () => {
    const plainFile = join(folder, 'plain');
    writeFileSync(plainFile, '');
    const below = join(plainFile, 'data.db');
    await expect(open(below)).rejects.toMatchObject(unwritable('permission'));
    await expect(open(below)).rejects.toThrow(below);
    mkdirSync(join(folder, 'data.db'));
    await expect(open(join(folder, 'data.db'))).rejects.toMatchObject(unwritable('permission'));
  });

  test('that is no database is refused, and left alone', async () => {
    const junk = join(folder, 'junk.db');
    writeFileSync(junk, 'This is a letter, not a database. '.repeat(200));
    await expect(open(junk)).rejects.toMatchObject(unwritable('corrupt'));
    expect(statSync(junk).size).toBe(6800);
    writeFileSync(join(folder, 'junk.db'), '');
    await (await open(junk)).insert('note', [{ id: 'a' }]);
  });

  test('that is damaged says so', async () => {
    const storage = await open();
    const rows = Array.from({ length: 3000 }, (_, i) => ({ id: `n${i}`, text: 'x'.repeat(200) }));
    await storage.insert('note', rows);
    await storage.close();
    truncateSync(file, 4096 * 20);
    await expect(open().then((again) => again.find('note'))).rejects.toMatchObject(unwritable('corrupt'));
  });

  test('cannot be opened twice, not even by another name; the lock goes with close()', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    await expect(open()).rejects.toThrow(file);
    const other = join(folder, 'other.db');
    symlinkSync(file, other);
    await expect(open(other)).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    await first.close();
    await open(other);
  });
});

describe('memory', () => {
  test('leaves no file behind and shares nothing', async () => {
    // Other programs make such files too, at any time: a folder of this test's own.
    const temporary = mkdtempSync(join(tmpdir(), 'rmm-temporary-'));
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(temporary, { recursive: true, force: true });
    });
    vi.stubEnv('TMPDIR', temporary);
    const storages = [sqliteStorage({ memory: true }), sqliteStorage({ memory: true })];
    opened.push(...storages);
    for (const storage of storages) await storage.migrate([note]);
    await storages[0]?.insert(
      'note',
      Array.from({ length: 20_000 }, (_, i) => ({ id: `${i}` })),
    );
    await storages[0]?.transaction(async (tx) => {
      await tx.insert('note', [{ id: 'own' }]);
      expect(await storages[0]?.count('note')).toBe(20_000);
    });
    expect(await storages[1]?.count('note')).toBe(0);
    for (const storage of storages) await storage.close();
    expect(readdirSync(temporary)).toEqual([]);
    await storages[0]?.migrate([note]);
    expect(await storages[0]?.count('note')).toBe(0);
  });
});

describe('a transaction', () => {
  test('whose work does not end is rolled back, and others go on', async () => {
    const storage = await open(file, { transactionTimeoutMs: 30 });
    let leaked: StorageOps | undefined;
    const stuck = storage.transaction(async (tx) => {
      leaked = tx;
      await tx.insert('note', [{ id: 'stuck' }]);
      await new Promise(() => {});
    });
    const next = storage.insert('note', [{ id: 'next' }]);
    await expect(stuck).rejects.toMatchObject({ code: 'STORAGE_BUSY', details: { timeoutMs: 30 } });
    await next;
    await expect(leaked?.insert('note', [{ id: 'late' }])).rejects.toMatchObject({ code: 'INTERNAL' });
    expect((await storage.find('note')).map((row) => row.id)).toEqual(['next']);
  });

  test('runs in the asynchronous context of its caller', async () => {
    const storage = await open();
    const request = new AsyncLocalStorage<number>();
    const seen = await Promise.all(
      [1, 2, 3].map((n) =>
        request.run(n, () =>
          storage.transaction(async (tx) => {
            await tx.count('note');
            return request.getStore();
          }),
        ),
      ),
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  test('may start what goes on after its end', async () => {
    const storage = await open();
    let later: Promise<void> | undefined;
    await storage.transaction(async (tx) => {
      await tx.insert('note', [{ id: 'a' }]);
      later = setTimeout(10).then(() => storage.insert('note', [{ id: 'b' }]));
    });
    await later;
    expect(await storage.count('note')).toBe(2);
  });
});

describe('a connection of the host', () => {
  test('that writes makes the server wait, not hang', async () => {
    const storage = await open();
    const host = hostConnection();
    host.exec('begin immediate; create table host_invoice (id integer)');
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    const write = storage.insert('note', [{ id: 'a' }]);
    await setTimeout(60);
    expect(await storage.count('note')).toBe(0);
    host.exec('commit');
    await write;
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(0);
    expect(await storage.count('note')).toBe(1);
  });

  test('can take our rows into its own transaction', async () => {
    const storage = await open();
    const host = hostConnection();
    host.exec('create table host_invoice (id integer)');
    expect(() => storage.join(host)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    for (const end of ['rollback', 'commit'] as const) {
      host.exec('begin immediate');
      const ops = storage.join(host);
      await ops.insert('note', [{ id: 'joined' }, { id: 'too' }]);
      host.exec('insert into host_invoice values (1)');
      await expect(ops.insert('note', [{ id: 'new' }, { id: 'too' }])).rejects.toMatchObject({
        code: 'STORAGE_UNIQUE',
      });
      expect(await ops.count('note')).toBe(2);
      expect(await storage.count('note')).toBe(0);
      host.exec(end);
    }
    expect(await storage.count('note')).toBe(2);
    expect(host.prepare('select count(*) from host_invoice').pluck().get()).toBe(1);
  });
});
