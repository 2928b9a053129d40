import { readFileSync } from 'node:fs';
import { ERROR_CODES, type ErrorCode, RmmError } from '@rmm/protocol';
import { expect, expectTypeOf, test } from 'vitest';
import { errorDocs, errorDocsFile } from '../../scripts/error-docs.js';

test('the reference lists exactly the error codes, with their meanings (npm run error-docs)', () => {
  expect(readFileSync(errorDocsFile, 'utf8')).toBe(errorDocs(ERROR_CODES));
});

test('codes are upper snake case, and each says what it means in a sentence', () => {
  const entries = Object.entries(ERROR_CODES);
  expect(entries.length).toBeGreaterThan(10);
  for (const [code, meaning] of entries) {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/);
    expect(meaning).toMatch(/^[A-Z].{10,}\.$/);
  }
});

test('the type of a code and of an error’s code is exactly the table’s keys', () => {
  expectTypeOf<ErrorCode>().toEqualTypeOf<keyof typeof ERROR_CODES>();
  expectTypeOf<RmmError['code']>().toEqualTypeOf<ErrorCode>();
  expect(new RmmError('NOT_STARTED', 'x').code).toBe('NOT_STARTED');
});
