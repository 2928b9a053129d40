import { bind, type SqlConnection, type SqlQuery, type SqlRow, type SqlValue } from '@rmm/adapters-sql';
import type Sqlite from 'better-sqlite3';
import { translateSqliteError } from './sqlite-error.js';

/** A better-sqlite3 connection. Statements are prepared once and live as long as their query. */
export class SqliteConnection implements SqlConnection {
  readonly #statements = new WeakMap<SqlQuery, Sqlite.Statement<unknown[]>>();
  readonly #savepoint: Sqlite.Statement<[]>;
  readonly #release: Sqlite.Statement<[]>;
  readonly #rollback: Sqlite.Statement<[]>;

  constructor(readonly db: Sqlite.Database) {
    this.#savepoint = db.prepare('savepoint rmm_rows');
    this.#release = db.prepare('release rmm_rows');
    this.#rollback = db.prepare('rollback to rmm_rows');
  }

  all(query: SqlQuery, values: readonly SqlValue[]): readonly SqlRow[] {
    return this.#translated(() => this.#prepared(query).all(bind(query, values)) as SqlRow[]);
  }

  run(query: SqlQuery, values: readonly SqlValue[]): number {
    return this.#translated(() => this.#prepared(query).run(bind(query, values)).changes);
  }

  write(query: SqlQuery, rows: readonly (readonly SqlValue[])[]): void {
    const [first] = rows;
    if (first !== undefined && rows.length === 1) {
      this.run(query, first);
      return;
    }
    this.#translated(() => this.#writeAll(query, rows));
  }

  #writeAll(query: SqlQuery, rows: readonly (readonly SqlValue[])[]): void {
    const statement = this.#prepared(query);
    this.#savepoint.run();
    try {
      for (const row of rows) statement.run(bind(query, row));
    } catch (error) {
      // Some faults (a full disk) make SQLite give up the whole transaction by itself.
      if (this.db.inTransaction) {
        this.#rollback.run();
        this.#release.run();
      }
      throw error;
    }
    this.#release.run();
  }

  #prepared(query: SqlQuery): Sqlite.Statement<unknown[]> {
    const known = this.#statements.get(query);
    if (known !== undefined) return known;
    const statement = this.db.prepare<unknown[]>(query.sql);
    if (statement.reader) statement.raw(true);
    this.#statements.set(query, statement);
    return statement;
  }

  #translated<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      throw translateSqliteError(error, this.db.name);
    }
  }
}
