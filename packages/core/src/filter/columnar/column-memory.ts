import { BlockPool } from './block-pool.js';
import { Scratch } from './scratch.js';

/** Memory that the columns of one index share. */
export class ColumnMemory {
  /** For posting lists. */
  readonly blocks = new BlockPool();
  /** For intermediate results. */
  readonly scratch = new Scratch();
}
