import { Client } from 'pg';
import type { FactRecord } from '../packages/core/src/filter/facts.js';
import { columnsOf, type FilterPeer, type FlatDevice } from './filter-peers.js';

const SERVER = process.env.RMM_TEST_POSTGRES_URL ?? 'postgres://root@127.0.0.1:5432/test';
const SCHEMA = 'rmm_filter_bench';
const BATCH = 2000;

/** The same tables and indexes as for SQLite, in a schema of its own; undefined where no server answers. */
export async function postgresPeer(devices: readonly FlatDevice[]): Promise<FilterPeer | undefined> {
  const client = new Client({ connectionString: SERVER, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
  } catch {
    return undefined;
  }
  await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA}; SET search_path TO ${SCHEMA}`);
  await fill(client, devices);
  return {
    name: 'PostgreSQL with indexes, by the clock',
    samples: 5,
    prepare: ({ sql }) => {
      // Its LIKE tells upper from lower case.
      const text = `SELECT id FROM device WHERE ${sql.replaceAll(' LIKE ', ' ILIKE ')}`;
      return async () => (await client.query({ text, rowMode: 'array' })).rows.map(([id]) => id as number);
    },
    close: async () => {
      await client.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
      await client.end();
    },
  };
}

async function fill(client: Client, devices: readonly FlatDevice[]): Promise<void> {
  const columns = columnsOf(devices);
  const typed = columns.map((column) => ({ column, type: typeOf(devices, column) }));
  await client.query(
    `CREATE UNLOGGED TABLE device (id int, ${typed.map(({ column, type }) => `${column} ${type}`).join(', ')})`,
  );
  await client.query('CREATE UNLOGGED TABLE software (device int, name text, version text)');
  const arrays = typed.map(({ type }, i) => `$${i + 2}::${type}[]`).join(', ');
  for (let from = 0; from < devices.length; from += BATCH) {
    const batch = devices.slice(from, from + BATCH);
    await client.query(`INSERT INTO device SELECT * FROM unnest($1::int[], ${arrays})`, [
      batch.map(({ id }) => id),
      ...columns.map((column) => batch.map((device) => toColumn(device[column]))),
    ]);
    const packages = batch.flatMap(({ id, software }) =>
      (software as readonly FactRecord[]).map(({ name, version }) => ({ id, name, version })),
    );
    await client.query('INSERT INTO software SELECT * FROM unnest($1::int[], $2::text[], $3::text[])', [
      packages.map(({ id }) => id),
      packages.map(({ name }) => name),
      packages.map(({ version }) => version),
    ]);
  }
  await client.query('ALTER TABLE device ADD PRIMARY KEY (id)');
  for (const column of columns) await client.query(`CREATE INDEX ON device (${column})`);
  await client.query('CREATE INDEX ON software (name, version, device)');
  await client.query('CREATE INDEX ON software (device, name)');
  await client.query('VACUUM ANALYZE device');
  await client.query('VACUUM ANALYZE software');
}

function typeOf(devices: readonly FlatDevice[], column: string): string {
  const value = devices.find((device) => device[column] !== null && device[column] !== undefined)?.[column];
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'smallint' : 'double precision';
}

const toColumn = (value: unknown): unknown => (typeof value === 'boolean' ? Number(value) : (value ?? null));
