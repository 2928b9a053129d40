import { describe } from 'vitest';
import { blobSuite } from './storage/blob-suite.js';
import { claimSuite } from './storage/claim-suite.js';
import { durabilitySuite } from './storage/durability-suite.js';
import type { StorageConformanceOptions } from './storage/harness.js';
import { inputSuite } from './storage/input-suite.js';
import { isolationSuite } from './storage/isolation-suite.js';
import { migrationSuite } from './storage/migration-suite.js';
import { orderSuite } from './storage/order-suite.js';
import { rowsSuite } from './storage/rows-suite.js';
import { systemsSuite } from './storage/systems-suite.js';
import { transactionSuite } from './storage/transaction-suite.js';
import { uniqueSuite } from './storage/unique-suite.js';
import { whereSuite } from './storage/where-suite.js';

export type { StorageConformanceOptions } from './storage/harness.js';

/**
 * Declares the tests that every storage adapter must pass. Call it at the top of a vitest file.
 *
 * @example
 * storageConformance({
 *   name: 'my storage',
 *   open: (place) => myStorage({ folder: join(folder, place) }),
 *   destroy: (place) => rm(join(folder, place), { recursive: true, force: true }),
 * });
 */
export function storageConformance(options: StorageConformanceOptions): void {
  describe(`storage conformance: ${options.name}`, () => {
    rowsSuite(options);
    uniqueSuite(options);
    whereSuite(options);
    orderSuite(options);
    claimSuite(options);
    transactionSuite(options);
    isolationSuite(options);
    durabilitySuite(options);
    blobSuite(options);
    systemsSuite(options);
    migrationSuite(options);
    inputSuite(options);
  });
}
