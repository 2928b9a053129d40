import { Client } from 'pg';

const LOCAL = 'postgres://root@127.0.0.1:5432/test';

/** Runs one statement on a connection of its own. */
export async function runSql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 20_000 });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A PostgreSQL server to test with: `RMM_TEST_POSTGRES_URL`, else the local one, else undefined. */
export async function testDatabaseUrl(): Promise<string | undefined> {
  const given = process.env.RMM_TEST_POSTGRES_URL;
  if (given) return given;
  try {
    await runSql(LOCAL, 'select 1');
    return LOCAL;
  } catch {
    return undefined;
  }
}
