import { randomUUID } from 'node:crypto';
import type { ModelDef, Storage } from '@rmm/core/ports';
import { afterAll, beforeAll } from 'vitest';

/** What the storage suites need to know of an adapter. */
export interface StorageConformanceOptions {
  /** Names the suite in test reports. */
  readonly name: string;
  /**
   * Makes a storage object, not yet migrated, for the data at `place`: a new, empty one when the place was never opened
   * before, and else the data that is there. The suites open a place again after `close()`, and, where
   * `capabilities.shared` is true, several times at once.
   */
  open(place: string): Storage | Promise<Storage>;
  /** Removes the data of a place; every storage opened there has been closed. */
  destroy(place: string): Promise<void>;
  /** Runs of each property test. Default 100. */
  readonly runs?: number;
}

export const DEFAULT_RUNS = 100;

/** A place that no other test uses: lower-case letters and digits only. */
export function newPlace(): string {
  return `p${randomUUID().replaceAll('-', '')}`;
}

/** One storage for all tests of a `describe`, at a place of its own. */
export function useStorage(options: StorageConformanceOptions, models: readonly ModelDef[]): () => Storage {
  const place = newPlace();
  let storage: Storage | undefined;
  beforeAll(async () => {
    storage = await options.open(place);
    await storage.migrate(models);
  });
  afterAll(async () => {
    await storage?.close();
    await options.destroy(place);
  });
  return () => {
    if (storage === undefined) throw new Error('The storage is open only while tests run.');
    return storage;
  };
}

/** Runs `test` with a place that is removed afterwards; closes what was opened there. */
export async function withPlace(
  options: StorageConformanceOptions,
  test: (open: () => Promise<Storage>) => Promise<void>,
): Promise<void> {
  const place = newPlace();
  const opened: Storage[] = [];
  try {
    await test(async () => {
      const storage = await options.open(place);
      opened.push(storage);
      return storage;
    });
  } finally {
    for (const storage of opened) await storage.close();
    await options.destroy(place);
  }
}

/** Matches an `RmmError` of a code. */
export function errorOf(code: string) {
  return { name: 'RmmError', code };
}
