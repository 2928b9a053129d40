import type { Bitmap } from './bitmap.js';
import type { Column } from './column.js';
import type { ListColumn } from './list-column.js';

/** Rows that a plan can be asked about: devices, or the distinct records of a list. */
export interface RowSource {
  /** `undefined` where no row has ever had a value. */
  column(id: string): Column | undefined;
  list(name: string): ListColumn | undefined;
  /** All rows in use: to read. */
  universe(): Bitmap;
}
