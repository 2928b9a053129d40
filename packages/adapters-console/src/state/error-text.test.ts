import { RmmError } from '@rmm/client';
import { expect, test } from 'vitest';
import { errorText, fieldProblems } from './error-text.js';

test('the messages of a refused input find their fields', () => {
  const details = {
    issues: [
      { path: '/name', message: 'must not be empty' },
      { path: '/proxy/port', message: 'must be at most 65535' },
      { path: '/proxy/host', message: 'second of the same field' },
      { path: '', message: 'of the whole' },
    ],
  };
  expect(fieldProblems(new RmmError('INVALID_INPUT', 'x', { details }))).toEqual({
    name: 'must not be empty',
    proxy: 'must be at most 65535',
  });
  expect(fieldProblems(new Error('x'))).toEqual({});
});

test('people read what to do', () => {
  expect(errorText(new RmmError('RATE_LIMITED', 'x', { details: { retryAfterMs: 2100 } }))).toContain('3 seconds');
  expect(errorText(new RmmError('FORBIDDEN', 'x'))).toContain('role');
  expect(errorText(new RmmError('FORBIDDEN', 'Your role does not show you every device'))).toContain('every device');
  expect(errorText('odd')).toBe('odd');
});
