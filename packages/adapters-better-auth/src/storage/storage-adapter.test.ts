import {
  authFlowTestSuite,
  caseInsensitiveTestSuite,
  joinsTestSuite,
  normalTestSuite,
  testAdapter,
  transactionsTestSuite,
} from '@better-auth/test-utils/adapter';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import type { BetterAuthOptions } from 'better-auth';
import { authModels } from './auth-models.js';
import { storageAdapter } from './storage-adapter.js';

/** Each set of options gets a database of its own: the RMM's migrations only add, and these tests also take away. */
let storage = sqliteStorage({ memory: true });

/** These rename fields to snake_case, which the storage port does not know and this package never asks for. */
const RENAMED = {
  'findOne - should find a model with modified field name': true,
  'findOne - should join a model with modified field name': true,
};

const { execute } = await testAdapter({
  adapter: () => storageAdapter(storage),
  runMigrations: async (options: BetterAuthOptions) => {
    await storage.close();
    storage = sqliteStorage({ memory: true });
    await storage.migrate(authModels(options));
  },
  tests: [
    normalTestSuite({ disableTests: RENAMED }),
    transactionsTestSuite(),
    authFlowTestSuite(),
    joinsTestSuite({ disableTests: RENAMED }),
    caseInsensitiveTestSuite(),
  ],
  onFinish: () => storage.close(),
});
execute();
