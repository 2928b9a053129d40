import { expect, test } from 'vitest';
import { isoToLocal, localToIso } from './local-time.js';

test('what the field shows leads back to the same instant', () => {
  for (const iso of ['2026-01-31T08:30:00.000Z', '2026-07-01T23:59:00.000Z']) {
    expect(localToIso(isoToLocal(iso))).toBe(iso);
  }
});

test('nothing stays nothing', () => {
  expect(isoToLocal('')).toBe('');
  expect(localToIso('')).toBe('');
  expect(localToIso('2026-')).toBe('');
});
