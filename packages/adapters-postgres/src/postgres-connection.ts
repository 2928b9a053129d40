import {
  bind,
  type SchemaLookup,
  type SqlConnection,
  type SqlQuery,
  type SqlRow,
  type SqlValue,
} from '@rmm/adapters-sql';
import { types } from 'pg';
import type { PgQuery, PgQueryable, PgResult } from './pg-like.js';
import { isClash, translatePostgresError } from './postgres-error.js';
import { statementName } from './statement-name.js';

const INT8 = 20;

/** Our integers fit a JavaScript number; the host's own settings for other types are not touched. */
const parsers: PgQuery['types'] = {
  getTypeParser: (oid) => (oid === INT8 ? Number : types.getTypeParser(oid)),
};

export interface PostgresConnectionOptions {
  /** Whether frequent statements are prepared. */
  readonly prepare: boolean;
  /** Whether a statement must wait for the one before: a single connection, unlike a pool. */
  readonly serial?: boolean;
}

/** A connection of `pg`, or a pool of them for single statements. */
export class PostgresConnection implements SqlConnection {
  /** Whether a statement failed because of a concurrent transaction. */
  clashed = false;
  /** How many statements have not come back. */
  pending = 0;
  #last: Promise<void> | undefined;

  constructor(
    private readonly client: PgQueryable,
    private readonly lookup: SchemaLookup,
    private readonly options: PostgresConnectionOptions,
  ) {}

  async all(query: SqlQuery, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return (await this.#query(query, bind(query, values))).rows;
  }

  async run(query: SqlQuery, values: readonly SqlValue[]): Promise<number> {
    return (await this.#query(query, bind(query, values))).rowCount ?? 0;
  }

  /** One array a column instead of one statement a row. */
  async write(query: SqlQuery, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    const width = rows[0]?.length ?? 0;
    const columns = Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? null));
    await this.#query(query, bind(query, columns));
  }

  /** Runs a statement of transaction control. */
  async control(text: string): Promise<PgResult> {
    return this.#send({ text, rowMode: 'array', types: parsers });
  }

  #query(query: SqlQuery, values: readonly SqlValue[]): Promise<PgResult> {
    const name = this.options.prepare ? statementName(query) : undefined;
    return this.#send({
      text: query.sql,
      values: [...values],
      rowMode: 'array',
      types: parsers,
      ...(name === undefined ? {} : { name }),
    });
  }

  async #send(query: PgQuery): Promise<PgResult> {
    this.pending++;
    try {
      return await this.#inTurn(query);
    } catch (error) {
      if (isClash(error)) this.clashed = true;
      throw translatePostgresError(error, this.lookup);
    } finally {
      this.pending--;
    }
  }

  #inTurn(query: PgQuery): Promise<PgResult> {
    if (!this.options.serial) return this.client.query(query);
    const mine = this.#last === undefined ? this.client.query(query) : this.#last.then(() => this.client.query(query));
    const settled = mine.then(noop, noop).then(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    this.#last = settled;
    return mine;
  }
}

function noop(): void {}
