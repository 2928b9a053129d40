import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexName, MAX_TABLE_NAME, snakeCase, tableName } from './identifier.js';

const name = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,12}$/);

test('different names stay different where SQL does not tell upper from lower case', () => {
  void fc.assert(
    fc.property(name, name, (a, b) => {
      expect(snakeCase(a) === snakeCase(b)).toBe(a === b);
      expect(snakeCase(a)).toBe(snakeCase(a).toLowerCase());
    }),
    { numRuns: 2000 },
  );
  expect(tableName('jobRun')).toBe('rmm_job_run');
});

test('index names tell columns apart and fit 63 bytes', () => {
  const table = 'x'.repeat(MAX_TABLE_NAME);
  const names = [
    indexName(table, 'ix', ['a', 'b']),
    indexName(table, 'ix', ['b', 'a']),
    indexName(table, 'ix', ['ab']),
    indexName(table, 'uq', ['a', 'b']),
  ];
  expect(new Set(names).size).toBe(4);
  expect(Math.max(...names.map((each) => each.length))).toBeLessThanOrEqual(63);
});
