import type { ModelDef, Row, Storage } from '../storage/storage.js';

/** A storage that tells what it holds, table by table. */
export interface RecordedStorage extends Storage {
  /** All rows of all tables, apart from those left out. */
  dump(...without: readonly string[]): Promise<Readonly<Record<string, readonly Row[]>>>;
}

/** Notes which tables there are, so that a test can compare all of them before and after. */
export function recordedStorage(storage: Storage): RecordedStorage {
  const models = new Map<string, ModelDef>();
  const dump: RecordedStorage['dump'] = async (...without) => {
    const names = [...models.keys()].filter((name) => !without.includes(name));
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await storage.find(name)] as const)));
  };
  return {
    id: storage.id,
    contract: storage.contract,
    capabilities: storage.capabilities,
    blobs: storage.blobs,
    insert: (...args) => storage.insert(...args),
    put: (...args) => storage.put(...args),
    find: (...args) => storage.find(...args),
    count: (...args) => storage.count(...args),
    update: (...args) => storage.update(...args),
    remove: (...args) => storage.remove(...args),
    claim: (...args) => storage.claim(...args),
    transaction: (work) => storage.transaction(work),
    close: () => storage.close(),
    migrate: (defs) => {
      for (const def of defs) models.set(def.name, def);
      return storage.migrate(defs);
    },
    dump,
  };
}
