/** The little of `pg` that is used, so that a host's pool of another copy of the library fits as well. */
export interface PgQuery {
  readonly text: string;
  readonly values?: unknown[];
  /** Prepares the statement once per connection. */
  readonly name?: string;
  readonly rowMode: 'array';
  readonly types: { getTypeParser(oid: number, format?: unknown): (value: string) => unknown };
}

export interface PgResult {
  readonly rows: unknown[][];
  readonly rowCount: number | null;
  readonly command: string;
}

export interface PgQueryable {
  query(query: PgQuery): Promise<PgResult>;
}

export interface PgClient extends PgQueryable {
  /** `I` idle, `T` in a transaction, `E` in a failed one. */
  getTransactionStatus?(): 'I' | 'T' | 'E' | null;
}

export interface PgPoolClient extends PgClient {
  /** Gives the connection back to the pool, or closes it when `destroy` is true. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
}

export interface PgPool extends PgQueryable {
  connect(): Promise<PgPoolClient>;
  end(): Promise<void>;
}
