import { Slot } from './slot.js';
import type { SqlValue } from './sql-connection.js';

/**
 * The values of one statement to be run, and a key that tells its shape: two statements with equal keys differ in their
 * values only, and so share their SQL.
 */
export class Shape {
  readonly values: SqlValue[] = [];
  key: string;

  constructor(operation: string) {
    this.key = operation;
  }

  /** Adds to the key. Parts must be such that different shapes cannot spell the same key. */
  mark(part: string): void {
    this.key += part;
  }

  slot(value: SqlValue): Slot {
    return new Slot(this.values.push(value) - 1);
  }
}
