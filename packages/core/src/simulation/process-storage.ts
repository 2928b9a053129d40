import { AsyncLocalStorage } from 'node:async_hooks';
import type { BlobStore, ModelDef, Storage, StorageOps } from '../storage/storage.js';
import type { SimClock } from './sim-clock.js';
import type { SimRandom } from './sim-random.js';

/** A database that outlives the server processes that use it, one after the other. */
export class SimDisk {
  readonly #storage: Storage;
  readonly #models = new Set<string>();
  /** Operations that the database carries out right now, in real time. */
  active = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get ops(): Storage {
    return this.#storage;
  }

  async migrate(models: readonly ModelDef[]): Promise<void> {
    if (models.every(({ name }) => this.#models.has(name))) return;
    await this.#storage.migrate(models);
    for (const { name } of models) this.#models.add(name);
  }

  /** Removes all rows. */
  async wipe(): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      for (const model of this.#models) await tx.remove(model, { all: [] });
    });
  }

  async carryOut<R>(run: () => Promise<R>): Promise<R> {
    this.active += 1;
    try {
      return await run();
    } finally {
      this.active -= 1;
    }
  }
}

export interface ProcessStorageParts {
  readonly disk: SimDisk;
  readonly clock: SimClock;
  readonly random: SimRandom;
  /** Called at each operation; true: the process is killed at this point. */
  readonly dies: () => boolean;
}

class Killed extends Error {}

/** One for all: in Node 20 each one that was ever used slows every promise of the process down. */
const insideTransaction = new AsyncLocalStorage<true>();

/**
 * Storage as one server process sees it. Operations take virtual time, chosen by the seed. When the process is killed, a
 * transaction under way is rolled back, and nothing that waits for an answer ever gets one.
 */
export class ProcessStorage implements Storage {
  readonly id = 'simulated';
  readonly contract = 1;
  readonly capabilities = { shared: false };
  readonly blobs: BlobStore;
  readonly #parts: ProcessStorageParts;
  #isDead = false;

  constructor(parts: ProcessStorageParts) {
    this.#parts = parts;
    const { blobs } = parts.disk.ops;
    this.blobs = {
      put: (systemId, bytes) => this.#timed(() => blobs.put(systemId, bytes)),
      get: (systemId, hash) => this.#timed(() => blobs.get(systemId, hash)),
      remove: (systemId, hash) => this.#timed(() => blobs.remove(systemId, hash)),
    };
  }

  kill(): void {
    this.#isDead = true;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  migrate(models: readonly ModelDef[]): Promise<void> {
    return this.#timed(() => this.#parts.disk.migrate(models));
  }

  async close(): Promise<void> {}

  insert: StorageOps['insert'] = (...args) => this.#timed(() => this.#parts.disk.ops.insert(...args));
  put: StorageOps['put'] = (...args) => this.#timed(() => this.#parts.disk.ops.put(...args));
  find: StorageOps['find'] = (...args) => this.#timed(() => this.#parts.disk.ops.find(...args));
  count: StorageOps['count'] = (...args) => this.#timed(() => this.#parts.disk.ops.count(...args));
  update: StorageOps['update'] = (...args) => this.#timed(() => this.#parts.disk.ops.update(...args));
  remove: StorageOps['remove'] = (...args) => this.#timed(() => this.#parts.disk.ops.remove(...args));
  claim: StorageOps['claim'] = (...args) => this.#timed(() => this.#parts.disk.ops.claim(...args));

  transaction<R>(work: (tx: StorageOps) => Promise<R>): Promise<R> {
    const mortal = (tx: StorageOps): StorageOps => {
      const guarded =
        <Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) =>
        (...args: Args): Promise<Result> =>
          this.#isDead || this.#diesNow() ? Promise.reject(new Killed()) : run(...args);
      return {
        insert: guarded((...args: Parameters<StorageOps['insert']>) => tx.insert(...args)),
        put: guarded((...args: Parameters<StorageOps['put']>) => tx.put(...args)),
        find: guarded((...args: Parameters<StorageOps['find']>) => tx.find(...args)),
        count: guarded((...args: Parameters<StorageOps['count']>) => tx.count(...args)),
        update: guarded((...args: Parameters<StorageOps['update']>) => tx.update(...args)),
        remove: guarded((...args: Parameters<StorageOps['remove']>) => tx.remove(...args)),
        claim: guarded((...args: Parameters<StorageOps['claim']>) => tx.claim(...args)),
      };
    };
    return this.#timed(() =>
      this.#parts.disk.ops.transaction((tx) => insideTransaction.run(true, () => work(mortal(tx)))),
    );
  }

  #diesNow(): boolean {
    if (this.#parts.dies()) this.#isDead = true;
    return this.#isDead;
  }

  /** What a transaction reads beside itself takes no time: time stands still while the database works. */
  #timed<R>(run: () => Promise<R>): Promise<R> {
    const { disk, clock, random } = this.#parts;
    if (insideTransaction.getStore()) return run();
    return new Promise<R>((resolve, reject) => {
      // Now and then one is overtaken by many others.
      clock.after(random.chance(0.15) ? random.between(5, 80) : random.between(0, 3), () => {
        if (this.#isDead || this.#diesNow()) return;
        disk.carryOut(run).then(
          (result) => this.#answer(() => resolve(result)),
          (error: unknown) => this.#answer(() => reject(error)),
        );
      });
    });
  }

  #answer(settle: () => void): void {
    if (this.#isDead || this.#diesNow()) return;
    const { clock, random } = this.#parts;
    clock.after(random.chance(0.7) ? 0 : random.between(1, 5), () => {
      if (!this.#isDead) settle();
    });
  }
}
