import { expect, test } from 'vitest';
import { matchRoute } from './match-route.js';

test.each([
  ['/', '/', {}],
  ['/devices/:deviceId', '/devices/d%201', { deviceId: 'd 1' }],
  ['/devices/:deviceId/audit', '/devices/x/audit', { deviceId: 'x' }],
])('%s holds %s', (pattern, path, params) => {
  expect(matchRoute(pattern, path)).toEqual(params);
});

test.each([
  ['/devices/:deviceId', '/devices'],
  ['/devices/:deviceId', '/devices/'],
  ['/devices/:deviceId', '/devices/a/b'],
  ['/devices/:deviceId', '/profiles/a'],
  ['/devices/:deviceId', '/devices/%E0%A4%A'],
])('%s does not hold %s', (pattern, path) => {
  expect(matchRoute(pattern, path)).toBeUndefined();
});
