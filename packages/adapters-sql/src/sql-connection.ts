/** What a driver binds to a parameter. Arrays are used on databases that have them. */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly SqlValue[];

/** A result row: values in the order of the selected columns. */
export type SqlRow = readonly unknown[];

/** A value now, or a promise of it: synchronous drivers need not wait. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * One compiled statement. The object is kept as long as its shape is in use, so a driver may hang its prepared
 * statement on it.
 */
export interface SqlQuery {
  readonly sql: string;
  /** For each parameter of `sql`, which of the given values it takes; absent when they are in the same order. */
  readonly slots?: readonly number[];
}

/** The little that the SQL storage asks of a driver. Errors come out as `RmmError` where the port names a code. */
export interface SqlConnection {
  // Values come as given to the query; the driver puts them in order with `bind`.
  all(query: SqlQuery, values: readonly SqlValue[]): MaybePromise<readonly SqlRow[]>;
  /** Tells how many rows were affected. */
  run(query: SqlQuery, values: readonly SqlValue[]): MaybePromise<number>;
  /** Runs an insert of the dialect's form for every row, all or none. */
  write(query: SqlQuery, rows: readonly (readonly SqlValue[])[]): MaybePromise<void>;
}

/** Puts values in the order of the statement's parameters. */
export function bind(query: SqlQuery, values: readonly SqlValue[]): readonly SqlValue[] {
  return query.slots === undefined ? values : query.slots.map((slot) => values[slot] ?? null);
}
