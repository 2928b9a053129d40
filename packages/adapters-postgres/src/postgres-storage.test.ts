import type { ModelDef } from '@rmm/core/ports';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { requires } from '../../../test/support/requires.js';
import { type PostgresStorage, type PostgresStorageOptions, postgresStorage } from './postgres-storage.js';
import { runSql, testDatabaseUrl } from './test-database.js';

const url = await testDatabaseUrl();
const connectionString = url ?? '';
const schema = `rmm_test_${process.pid}_storage`;
const unreachable = { name: 'RmmError', code: 'STORAGE_UNWRITABLE', details: { reason: 'unreachable' } };

const note: ModelDef = {
  name: 'note',
  fields: { id: { type: 'string' }, size: { type: 'int', nullable: true } },
  key: ['id'],
  indexes: [['size']],
};

test('a server that is not there is an error that says so', async () => {
  const storage = postgresStorage({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' });
  await expect(storage.migrate([note])).rejects.toMatchObject(unreachable);
  await expect(storage.find('note')).rejects.toMatchObject({ code: 'NOT_STARTED' });
  await storage.close();
});

describe.runIf(requires('PostgreSQL', url !== undefined))('PostgreSQL storage', () => {
  const opened: { close(): Promise<void> }[] = [];

  async function open(options: Partial<PostgresStorageOptions> = {}, models = [note]): Promise<PostgresStorage> {
    const storage = postgresStorage({ connectionString, schema, ...options });
    opened.push(storage);
    await storage.migrate(models);
    return storage;
  }

  function hostPool(): Pool {
    const pool = new Pool({ connectionString, max: 3, application_name: 'host' });
    pool.on('error', () => {});
    opened.push({ close: () => pool.end() });
    return pool;
  }

  beforeEach(() => runSql(connectionString, `drop schema if exists ${schema} cascade`));
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  afterAll(async () => {
    if (url !== undefined) await runSql(url, `drop schema if exists ${schema} cascade`);
  });

  test('a wrong password or database is refused with a hint', async () => {
    const nowhere = new URL(connectionString);
    nowhere.pathname = '/no_such_database';
    await expect(open({ connectionString: nowhere.href })).rejects.toMatchObject({
      code: 'STORAGE_UNWRITABLE',
      details: { reason: 'permission' },
    });
  });

  test('many servers may migrate at the same time', async () => {
    const storages = await Promise.all(Array.from({ length: 5 }, () => open()));
    await Promise.all(storages.map((storage, i) => storage.insert('note', [{ id: String(i) }])));
    expect(await storages[0]?.count('note')).toBe(5);
  });

  test('broken connections are replaced', async () => {
    const storage = await open({ connections: 3 });
    await storage.insert('note', [{ id: 'a' }]);
    const endAll = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rmm' and query like '%${schema}%'`;
    await runSql(connectionString, endAll);
    // What was sent before the end of its connection was noticed fails; the pool soon knows.
    await vi.waitFor(() => storage.insert('note', [{ id: 'b' }]));
    const cut = storage.transaction(async (tx) => {
      await tx.insert('note', [{ id: 'c' }]);
      await runSql(connectionString, endAll);
      await tx.count('note');
    });
    await expect(cut).rejects.toMatchObject(unreachable);
    await storage.transaction((tx) => tx.insert('note', [{ id: 'd' }]));
    expect((await storage.find('note')).map((row) => row.id)).toEqual(['a', 'b', 'd']);
  });

  test('a row that stays locked ends in STORAGE_BUSY, and is there again afterwards', async () => {
    const storage = await open({ retryMs: 150 });
    await storage.insert('note', [{ id: 'a', size: 1 }]);
    const client = await hostPool().connect();
    await client.query('begin');
    await client.query(`update ${schema}.rmm_note set size = 2`);
    await expect(storage.update('note', { all: [] }, { size: 3 })).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    await expect(
      storage.transaction((tx) => tx.put('note', [{ id: 'a', size: 4 }]).catch(() => undefined)),
    ).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    expect(await storage.claim('note', { all: [] }, { size: 5 }, { limit: 1 })).toEqual([]);
    await client.query('rollback');
    client.release();
    expect(await storage.update('note', { all: [] }, { size: 3 })).toBe(1);
  });

  test('a transaction whose work does not end is rolled back', async () => {
    await open();
    const storage = await open({ transactionTimeoutMs: 1000, connections: 1 });
    const stuck = storage.transaction(async (tx) => {
      await tx.insert('note', [{ id: 'stuck' }]);
      await new Promise(() => {});
    });
    await expect(stuck).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
    await storage.insert('note', [{ id: 'next' }]);
    expect((await storage.find('note')).map((row) => row.id)).toEqual(['next']);
  });

  test('a pool of the host is used, and stays open', async () => {
    const pool = hostPool();
    const storage = await open({ pool });
    await storage.transaction((tx) => tx.insert('note', [{ id: 'a', size: Number.MAX_SAFE_INTEGER }]));
    expect(await storage.find('note')).toEqual([{ id: 'a', size: Number.MAX_SAFE_INTEGER }]);
    await storage.close();
    // The host's own types are as they were: bigint as text.
    const { rows } = await pool.query(`select size from ${schema}.rmm_note`);
    expect(rows).toEqual([{ size: String(Number.MAX_SAFE_INTEGER) }]);
  });

  test('our rows can join a transaction of the host', async () => {
    const storage = await open();
    const client = await hostPool().connect();
    expect(() => storage.join(client)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    for (const end of ['rollback', 'commit']) {
      await client.query('begin');
      const ops = storage.join(client);
      await Promise.all([ops.insert('note', [{ id: 'joined' }]), ops.insert('note', [{ id: 'too', size: 1 }])]);
      expect(await ops.update('note', { field: 'size', op: 'eq', value: 1 }, { size: 2 })).toBe(1);
      expect(await storage.count('note')).toBe(0);
      await client.query(end);
    }
    client.release();
    expect(await storage.count('note')).toBe(2);
  });

  test('text compares bytewise, whatever the database prefers', async () => {
    await open();
    const collations = await runSql(
      connectionString,
      `select distinct collation_name from information_schema.columns where table_schema = '${schema}' and data_type = 'text'`,
    );
    expect(collations).toEqual([{ collation_name: 'C' }]);
  });

  test('without a schema the tables are where the connection looks first', async () => {
    await runSql(connectionString, `create schema ${schema}`);
    const inSchema = new URL(connectionString);
    inSchema.searchParams.set('options', `-c search_path=${schema}`);
    const storage = postgresStorage({ connectionString: inSchema.href });
    opened.push(storage);
    await storage.migrate([note]);
    await storage.insert('note', [{ id: 'a' }]);
    expect(await runSql(connectionString, `select id from ${schema}.rmm_note`)).toEqual([{ id: 'a' }]);
  });

  test('works behind proxies that keep no prepared statements', async () => {
    const storage = await open({ prepare: false });
    for (let i = 0; i < 6; i++) await storage.insert('note', [{ id: String(i) }]);
    expect(await storage.count('note')).toBe(6);
  });
});
