import { expect, test } from 'vitest';
import { formatBytes } from './bytes.js';
import { formatAgo, formatDuration } from './time.js';
import { capital, initials, plural } from './words.js';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 KiB'],
  [1536, '1.5 KiB'],
  [512 * 1024, '512 KiB'],
  [16_777_216_000, '15.6 GiB'],
  [252.4 * 2 ** 30, '252 GiB'],
  [1000 * 2 ** 30, '1 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [340.4, '340 ms'],
  [5000, '5 s'],
  [65_000, '1 min 5 s'],
  [120_000, '2 min'],
  [3 * 3_600_000 + 20 * 60_000, '3 h 20 min'],
  [26 * 3_600_000, '1 day 2 h'],
  [96 * 3_600_000, '4 days'],
])('%d ms last %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

const NOW = Date.parse('2026-11-21T12:00:00Z');
test.each([
  [10, 'just now'],
  [60, '1 min ago'],
  [59 * 60, '59 min ago'],
  [3 * 3600, '3 h ago'],
  [30 * 3600, 'yesterday'],
  [5 * 86_400, '5 days ago'],
  [-7200, 'in 2 h'],
])('%d seconds back is %s', (seconds, text) => {
  expect(formatAgo(new Date(NOW - seconds * 1000).toISOString(), NOW)).toBe(text);
});

test('long ago is a date', () => {
  expect(formatAgo('2020-03-01T12:00:00Z', NOW)).toMatch(/2020/);
});

test('words', () => {
  expect(plural(1, 'device')).toBe('1 device');
  expect(plural(0, 'device')).toBe('0 devices');
  expect(capital('laptop')).toBe('Laptop');
  expect(initials('Ann Lee Smith')).toBe('AS');
  expect(initials('admin@example.com')).toBe('AC');
  expect(initials('')).toBe('?');
});
