import type { FieldType } from '@rmm/core/ports';
import type { Dialect, Expression, SqlBool } from 'kysely';
import type { Slot } from './slot.js';
import type { SqlValue } from './sql-connection.js';

/** Where two databases differ; everything else is one implementation. */
export interface SqlDialect {
  readonly kysely: Dialect;
  /** Schema that holds our tables; the connection's own when absent. */
  readonly schema?: string;
  /** Whether the database has booleans, or keeps 0 and 1. */
  readonly bool: 'native' | 'number';
  /**
   * How rows travel to an insert: `row` runs a statement once a row, `columns` runs it once with an array a column (a
   * round trip costs more than anything else).
   */
  readonly insert: 'row' | 'columns';
  /** Whether claimers run one after the other, or side by side and skip each other's locked rows. */
  readonly claim: 'serial' | 'skip-locked';
  /** Whether indexes must say where nulls go to serve our order (nulls first). */
  readonly indexNulls: boolean;
  columnType(type: FieldType): string;
  /** The type that a parameter is cast to. */
  parameterType(type: FieldType): string;
  readonly blobType: string;
  /** Ends `create table`. */
  readonly tableSuffix?: string;
  /** Keeps other server processes from migrating until the transaction ends. */
  readonly migrationLock?: string;
  /** A bound list, as few parameters as possible: the column is (not) among its values. */
  inList(column: Expression<unknown>, type: FieldType, list: Slot, negated: boolean): Expression<SqlBool>;
  /** The values of a list as one parameter, for {@link inList}. */
  list(values: readonly SqlValue[], type: FieldType): SqlValue;
  /** The most parameters that one statement may have. */
  readonly maxParameters: number;
}
