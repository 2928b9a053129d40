import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { fieldCodec } from './field-codec.js';
import { BLOB_TABLE } from './identifier.js';
import { inputError } from './input-error.js';
import { Slot } from './slot.js';
import type { SqlConnection, SqlQuery, SqlValue } from './sql-connection.js';
import { compile, type SqlSchema } from './sql-schema.js';

const HASH = /^[0-9a-f]{64}$/;
const text = fieldCodec('string', 'native');

/** The statements of the blob table. */
export class SqlBlobs {
  readonly #insert: SqlQuery;
  readonly #select: SqlQuery;
  readonly #delete: SqlQuery;

  constructor({ db }: SqlSchema) {
    const systemId = new Slot(0);
    const hash = new Slot(1);
    this.#insert = compile(
      db
        .insertInto(BLOB_TABLE)
        .values({ system_id: systemId, hash, bytes: new Slot(2) })
        .onConflict((conflict) => conflict.columns(['system_id', 'hash']).doNothing()),
    );
    const named = sql<boolean>`system_id = ${systemId} and hash = ${hash}`;
    this.#select = compile(db.selectFrom(BLOB_TABLE).select('bytes').where(named));
    this.#delete = compile(db.deleteFrom(BLOB_TABLE).where(named));
  }

  async put(connection: SqlConnection, systemId: string, bytes: Uint8Array): Promise<string> {
    const hash = createHash('sha256').update(bytes).digest('hex');
    await connection.run(this.#insert, [...name(systemId, hash), bytes]);
    return hash;
  }

  async get(connection: SqlConnection, systemId: string, hash: string): Promise<Uint8Array | undefined> {
    const [row] = await connection.all(this.#select, name(systemId, hash));
    const bytes = row?.[0];
    return bytes instanceof Uint8Array ? new Uint8Array(bytes) : undefined;
  }

  async remove(connection: SqlConnection, systemId: string, hash: string): Promise<boolean> {
    return (await connection.run(this.#delete, name(systemId, hash))) > 0;
  }
}

function name(systemId: string, hash: string): SqlValue[] {
  if (!HASH.test(hash)) throw inputError('blob', 'the name must be a SHA-256 in lower-case hex');
  return [text.encode(systemId, 'blob.systemId'), hash];
}
