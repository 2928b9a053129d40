import { storageConformance } from '@rmm/conformance/storage';
import { describe } from 'vitest';
import { requires } from '../../../test/support/requires.js';
import { postgresStorage } from './postgres-storage.js';
import { runSql, testDatabaseUrl } from './test-database.js';

const url = await testDatabaseUrl();

describe.runIf(requires('PostgreSQL', url !== undefined))('with a server', () => {
  const connectionString = url ?? '';
  storageConformance({
    name: 'PostgreSQL',
    open: (place) => postgresStorage({ connectionString, schema: `rmm_test_${place}` }),
    destroy: async (place) => {
      await runSql(connectionString, `drop schema if exists rmm_test_${place} cascade`);
    },
  });
});
