import type { SqlStorageOptions } from '@rmm/adapters-sql';

/** Where and how to keep the data. */
export type SqliteStorageOptions = SqlStorageOptions &
  (
    | {
        /** The database file; it and its folder are made when missing. */
        readonly file: string;
        /**
         * What an acknowledged write survives. `power-loss` (the default) waits for the disk at every commit;
         * `process-crash` does not, and may lose the last seconds, never more, when the machine itself fails.
         */
        readonly durability?: 'power-loss' | 'process-crash';
      }
    | {
        /** Keeps the data only until `close()` or the end of the process: for tests and trials. */
        readonly memory: true;
      }
  );
