import type { ModelDef } from '@rmm/core/ports';
import { RmmError } from '@rmm/protocol';
import { type Compilable, sql } from 'kysely';
import { BLOB_TABLE, META_TABLE } from './identifier.js';
import { modelAdditions, modelRecord } from './model-diff.js';
import { Slot } from './slot.js';
import type { SqlConnection } from './sql-connection.js';
import type { SqlModel } from './sql-model.js';
import { compile, type SqlSchema } from './sql-schema.js';
import { createModel, extendModel } from './table-ddl.js';

/** How this package lays data out in tables. Raised when older versions could no longer read it. */
const LAYOUT = 1;
const LAYOUT_KEY = 'layout';
const modelKey = (name: string) => `model:${name}`;

/**
 * Creates or extends the tables. To be run in a transaction of its own.
 * @throws RmmError `STORAGE_INCOMPATIBLE` when a newer version wrote the data, or the change is not additive.
 */
export async function migrateTables(
  schema: SqlSchema,
  connection: SqlConnection,
  models: readonly SqlModel[],
): Promise<void> {
  const { migrationLock } = schema.dialect;
  if (migrationLock !== undefined) await connection.all({ sql: migrationLock }, []);
  for (const statement of bookkeepingTables(schema)) await execute(connection, statement);
  const records = await readRecords(schema, connection);
  checkLayout(records.get(LAYOUT_KEY));
  const write = compile(recordStatement(schema));
  const record = (key: string, value: string) => connection.run(write, [key, value]);
  if (!records.has(LAYOUT_KEY)) await record(LAYOUT_KEY, String(LAYOUT));
  for (const model of models) {
    const stored = records.get(modelKey(model.name));
    const declared = modelRecord(model.def);
    if (stored === declared) continue;
    for (const statement of statementsFor(schema, model, stored)) await execute(connection, statement);
    await record(modelKey(model.name), declared);
  }
}

function statementsFor(schema: SqlSchema, model: SqlModel, stored: string | undefined): Compilable[] {
  if (stored === undefined) return createModel(schema, model);
  const storedDef: ModelDef = JSON.parse(stored);
  return extendModel(schema, model, modelAdditions(storedDef, model.def));
}

async function execute(connection: SqlConnection, statement: Compilable): Promise<void> {
  await connection.run(compile(statement), []);
}

function bookkeepingTables({ db, dialect }: SqlSchema): Compilable[] {
  const text = sql.raw<unknown>(dialect.columnType('string'));
  const suffix = sql.raw(dialect.tableSuffix ?? '');
  const { schema } = dialect;
  return [
    ...(schema === undefined ? [] : [db.schema.createSchema(schema).ifNotExists()]),
    db.schema
      .createTable(META_TABLE)
      .ifNotExists()
      .addColumn('name', text, (column) => column.primaryKey().notNull())
      .addColumn('value', text, (column) => column.notNull())
      .modifyEnd(suffix),
    db.schema
      .createTable(BLOB_TABLE)
      .ifNotExists()
      .addColumn('system_id', text, (column) => column.notNull())
      .addColumn('hash', text, (column) => column.notNull())
      .addColumn('bytes', sql.raw<unknown>(dialect.blobType), (column) => column.notNull())
      .addPrimaryKeyConstraint(`${BLOB_TABLE}_key`, ['system_id', 'hash'])
      .modifyEnd(suffix),
  ];
}

async function readRecords(schema: SqlSchema, connection: SqlConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.all(compile(schema.db.selectFrom(META_TABLE).select(['name', 'value'])), []);
  return new Map(rows.map(([name, value]) => [String(name), String(value)]));
}

function recordStatement(schema: SqlSchema): Compilable {
  return schema.db
    .insertInto(META_TABLE)
    .values({ name: new Slot(0), value: new Slot(1) })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql.ref('excluded.value') }));
}

function checkLayout(stored: string | undefined): void {
  if (stored === undefined || Number(stored) <= LAYOUT) return;
  throw new RmmError(
    'STORAGE_INCOMPATIBLE',
    `The data has layout ${stored}, this version knows ${LAYOUT}: a newer version wrote it. Start the newer version, or restore an older backup.`,
    { details: { stored: Number(stored), known: LAYOUT } },
  );
}
