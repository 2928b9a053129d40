/** A value that storage can compare and index. */
export type Scalar = string | number | boolean | null;

/** A stored row: field names to values. Values of `json` fields are any JSON. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * - `string`: well-formed Unicode text without NUL, compared by code point (UTF-8 byte order). Text in keys, unique
 *   combinations and indexes is limited to 2,400 UTF-8 bytes, shared evenly by the text fields of a combination
 * - `int`: integer within ±(2^53 − 1)
 * - `real`: finite IEEE double; −0 is stored as 0
 * - `bool`
 * - `time`: epoch milliseconds, an integer
 * - `json`: any JSON value, given back with its keys in their order; cannot be compared, ordered by or indexed
 */
export type FieldType = 'string' | 'int' | 'real' | 'bool' | 'time' | 'json';

export interface FieldDef {
  readonly type: FieldType;
  /** Whether `null` is allowed; an absent nullable field is stored as `null`. Default false. */
  readonly nullable?: boolean;
}

/**
 * A declared table. Migration is additive: a later version may add models, nullable fields and indexes, nothing else.
 * Names are lowerCamelCase ASCII letters and digits.
 */
export interface ModelDef {
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldDef>>;
  /** The fields whose values together name a row. */
  readonly key: readonly string[];
  /** Further combinations of fields that must be unique; rows with a `null` among them do not clash. */
  readonly unique?: readonly (readonly string[])[];
  /** Combinations of fields often searched or ordered by. */
  readonly indexes?: readonly (readonly string[])[];
}

/**
 * A comparison. `null` is an ordinary value, as in JavaScript: `eq null` finds the nulls, `ne 'x'` finds the nulls too,
 * `in` may hold `null`. The ordering comparisons never match `null`. `prefix` is for strings, case-sensitive.
 */
export interface Comparison {
  readonly field: string;
  readonly op: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'in' | 'prefix';
  readonly value: Scalar | readonly Scalar[];
}

/** Which rows: a comparison, or a tree of them. `{ all: [] }` is every row, `{ any: [] }` none. */
export type Where =
  | Comparison
  | { readonly all: readonly Where[] }
  | { readonly any: readonly Where[] }
  | { readonly not: Where };

export interface Order {
  readonly field: string;
  /** Nulls come first in `asc`, last in `desc`. Default `asc`. */
  readonly dir?: 'asc' | 'desc';
}

export interface FindOptions {
  readonly where?: Where;
  /** The key fields are appended as ascending tie-breakers, so the order is always total. Without any, the order is by key. */
  readonly order?: readonly Order[];
  /** At most so many rows; all when absent. */
  readonly limit?: number;
  /** Keyset paging: the row that ended the previous page (its order and key fields suffice). */
  readonly after?: Row;
  /** Only these fields; all when absent. */
  readonly fields?: readonly string[];
}

/**
 * What can be done with rows, inside a transaction or outside. Each operation is atomic by itself.
 * Unknown models and fields, and values that do not fit their field, are refused before anything is touched.
 * @throws RmmError `INVALID_INPUT` naming model and field; `NOT_STARTED` before `migrate()` and after `close()`.
 */
export interface StorageOps {
  /** Adds rows, all or none. @throws RmmError `STORAGE_UNIQUE` when a key or unique combination is taken. */
  insert(model: string, rows: readonly Row[]): Promise<void>;
  /** Adds each row, or replaces the row with the same key, atomically. @throws RmmError `STORAGE_UNIQUE` on another unique combination. */
  put(model: string, rows: readonly Row[]): Promise<void>;
  find(model: string, options?: FindOptions): Promise<readonly Row[]>;
  count(model: string, where?: Where): Promise<number>;
  /** Sets fields of all matching rows and tells how many matched. An empty `set` only counts. */
  update(model: string, where: Where, set: Row): Promise<number>;
  /** Removes all matching rows and tells how many. */
  remove(model: string, where: Where): Promise<number>;
  /**
   * Atomically changes at most `limit` matching rows, first in `order`, and returns them in that order, as they are
   * after the change. Rows that another transaction is just changing may be skipped. `set` must not be empty.
   * Concurrent claimers never get the same row when `set` makes it stop matching. There is no portable emulation: an
   * adapter must do it in the database.
   */
  claim(
    model: string,
    where: Where,
    set: Row,
    options: { limit: number; order?: readonly Order[] },
  ): Promise<readonly Row[]>;
}

/** Content-addressed bytes, kept apart per System. */
export interface BlobStore {
  /** Stores bytes and returns their name, the SHA-256 in lower-case hex. Storing twice is free. */
  put(systemId: string, bytes: Uint8Array): Promise<string>;
  get(systemId: string, hash: string): Promise<Uint8Array | undefined>;
  /** Removes the blob; true if it was there. */
  remove(systemId: string, hash: string): Promise<boolean>;
}

/**
 * The storage port. Adapters implement it; `@rmm/conformance` holds the suite that they must pass. Core sees capability
 * flags, never a backend's name.
 */
export interface Storage extends StorageOps {
  readonly id: string;
  readonly contract: 1;
  readonly capabilities: {
    /** True when several server processes may share this storage. */
    readonly shared: boolean;
  };
  readonly blobs: BlobStore;
  /**
   * Opens the storage, takes its lock, and creates or extends the tables. Idempotent; may be called again with more
   * models, and after `close()`.
   * @throws RmmError `STORAGE_LOCKED`, `STORAGE_UNWRITABLE`; `STORAGE_INCOMPATIBLE` when a newer version wrote the data or
   * a change is not additive; `PLUGIN_INVALID` for a malformed declaration.
   */
  migrate(models: readonly ModelDef[]): Promise<void>;
  /**
   * Runs `work` as if no other transaction ran at the same time (serializable), durable once the promise resolves.
   * If `work` throws, nothing of it remains. `work` may be run again after a clash with a concurrent transaction, so it
   * must have no effect but through `tx`. Reads outside never see an uncommitted row.
   *
   * Once an operation of `tx` failed, the transaction cannot commit, even if `work` caught the error. `tx` is of no use
   * after `work` ended: await every operation. A transaction must not be started, nor anything be written past `tx`,
   * from inside `work`: it would wait for itself, and is refused. Others wait for `work`, so do nothing slow in it.
   * @throws RmmError `STORAGE_BUSY` when it kept clashing, or when `work` did not end in time (adapters: 30 seconds).
   */
  transaction<R>(work: (tx: StorageOps) => Promise<R>): Promise<R>;
  /** Finishes what is under way and closes. Idempotent. */
  close(): Promise<void>;
}
