import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresStorage } from '@rmm/adapters-postgres';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { HostActor, Rmm } from '@rmm/core';
import type { Storage, StorageOps } from '@rmm/core/ports';
import { testRmm } from '@rmm/core/testing';
import Sqlite from 'better-sqlite3';
import { Pool } from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { runSql, testDatabaseUrl } from '../../packages/adapters-postgres/src/test-database.js';
import { requires } from '../support/requires.js';

const url = await testDatabaseUrl();

/** A transaction that the host has open on a connection of its own. */
interface HostTransaction {
  readonly ops: StorageOps;
  rollback(): Promise<unknown>;
}

/** Has calls refused inside the host's transaction, which is then rolled back. */
async function refuseAndRollBack(storage: Storage, begin: () => Promise<HostTransaction>): Promise<void> {
  await using server = await testRmm({ storage });
  const host = await server.system();
  const agent = { kind: 'agent', systemId: host.systemId, deviceId: 'd' } as const;
  const transaction = await begin();
  const joined = server.rmm.join(transaction.ops);
  await joined.as(host).profiles.create({ name: 'Rolled back' });
  for (let at = 0; at < 3; at++) {
    await expect(joined.as(agent).profiles.create({ name: 'P' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
  await transaction.rollback();
  expect(await entriesOf(server.rmm, host)).toEqual(['refused', 'refused', 'refused']);
}

async function entriesOf(rmm: Rmm, host: HostActor): Promise<string[]> {
  const outcomes = async () =>
    (await rmm.as(host).activity.list({ agents: true })).items.map(({ outcome }) => outcome as string);
  await vi.waitUntil(async () => (await outcomes()).length >= 3);
  return outcomes();
}

describe('refusals in a transaction of the host that is rolled back are in the log', () => {
  test('on SQLite, whose only writer the host is meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rmm-joined-'));
    try {
      const file = join(folder, 'rmm.db');
      const storage = sqliteStorage({ file });
      await refuseAndRollBack(storage, async () => {
        const connection = new Sqlite(file);
        connection.exec('begin immediate');
        return { ops: storage.join(connection), rollback: async () => connection.exec('rollback').close() };
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.runIf(requires('PostgreSQL', url !== undefined))('on PostgreSQL, over a single connection', async () => {
    const schema = `rmm_joined_${process.pid}`;
    const storage = postgresStorage({ connectionString: url ?? '', schema, connections: 1 });
    const pool = new Pool({ connectionString: url ?? '', max: 1 });
    try {
      await refuseAndRollBack(storage, async () => {
        const client = await pool.connect();
        await client.query('begin isolation level serializable');
        const rollback = async () => {
          await client.query('rollback');
          client.release();
        };
        return { ops: storage.join(client), rollback };
      });
    } finally {
      await pool.end();
      await runSql(url ?? '', `drop schema if exists ${schema} cascade`);
    }
  });
});
