import type { Bitmap } from './bitmap.js';
import type { Column } from './column.js';
import type { ListColumn } from './list-column.js';
import type { Scratch } from './scratch.js';

/** Rows that a plan can be asked about: devices, or the distinct records of a list. */
export interface RowSource {
  /** `undefined` where no row has ever had a value. */
  column(id: string): Column | undefined;
  list(name: string): ListColumn | undefined;
  /** Where the sets come from that evaluations make. */
  readonly scratch: Scratch;
  /** All rows in use: to read. */
  universe(): Bitmap;
}
