import type { Bitmap } from './bitmap.js';
import type { Column } from './column.js';
import type { Scratch } from './scratch.js';

/** Rows that a plan can be asked about: devices, or the distinct records of a list. */
export interface RowSource {
  /** `undefined` where no row has ever had a value. */
  column(id: string): Column | undefined;
  list(name: string): RecordLists | undefined;
  /** Where the sets come from that evaluations make. */
  readonly scratch: Scratch;
  /** All rows in use: to read. */
  universe(): Bitmap;
}

/** A list that rows have: which distinct records there are, and which rows hold which. */
export interface RecordLists {
  readonly records: RowSource & { readonly size: number };
  recordsOf(row: number): readonly number[];
  /** The rows that hold any of these records. */
  rowsWith(records: Bitmap): Bitmap;
}
