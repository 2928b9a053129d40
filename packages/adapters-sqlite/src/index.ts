export type { SqliteStorageOptions } from './sqlite-options.js';
export { type SqliteStorage, sqliteStorage } from './sqlite-storage.js';
