import { expect, test } from 'vitest';
import { ERROR_CODES } from './error-codes.js';
import { isRmmError, RmmError } from './rmm-error.js';

test('every code is a name in capitals with one sentence or more that explains it', () => {
  for (const [code, meaning] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    expect(meaning, code).toMatch(/^[A-Z`].{10,}\.$/);
  }
  expect(new Set(Object.values(ERROR_CODES)).size).toBe(Object.keys(ERROR_CODES).length);
});

test('an error travels as code, message and details, and never its cause', () => {
  const error = new RmmError('CONFLICT', 'Taken', { details: { name: 'x' }, cause: new Error('secret') });
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'CONFLICT', message: 'Taken', details: { name: 'x' } });
  expect(JSON.parse(JSON.stringify(new RmmError('CONFLICT', 'Taken')))).toEqual({ code: 'CONFLICT', message: 'Taken' });
});

test('an error of another copy of this package is known by its shape', () => {
  const foreign = Object.assign(new Error('Taken'), { name: 'RmmError', code: 'CONFLICT' });
  expect(isRmmError(foreign, 'CONFLICT')).toBe(true);
  expect(isRmmError(foreign, 'NOT_FOUND')).toBe(false);
  for (const other of [new Error('x'), { name: 'RmmError', code: 'CONFLICT' }, null, 'CONFLICT']) {
    expect(isRmmError(other)).toBe(false);
  }
});
