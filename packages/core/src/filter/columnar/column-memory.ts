import { BlockPool } from './block-pool.js';
import { Scratch } from './scratch.js';

/** Memory that the columns of one index share. */
export class ColumnMemory {
  /** For posting lists. */
  readonly blocks = new BlockPool();
  /** For intermediate results. */
  readonly scratch = new Scratch();
  /**
   * While many rows are read into empty columns: these only note which row holds what, and cannot be searched, until
   * each was {@link Column.settle settled}. Entering every row into the sets of its values one by one takes far longer.
   */
  loading = false;
}
