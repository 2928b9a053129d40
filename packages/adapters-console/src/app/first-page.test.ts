import { expect, test } from 'vitest';
import { firstPage, nextPage } from './first-page.js';

const seeing =
  (...areas: string[]) =>
  (permission: string) =>
    areas.includes(permission);

test.each([
  [['system', 'devices'], '/'],
  [['devices', 'jobs'], '/system/devices'],
  [['jobs'], '/jobs'],
  [[], '/account'],
])('whoever sees %s begins at %s', (areas, page) => {
  expect(firstPage(seeing(...areas))).toBe(page);
});

test.each([
  ['/jobs', '/jobs'],
  ['/account', '/account'],
  ['/components', '/system/devices'],
  ['/account/roles', '/system/devices'],
  // One thing, which the new role may not see.
  ['/jobs/j1', '/system/devices'],
  ['/no/such/page', '/system/devices'],
])('from %s another role goes on at %s', (path, next) => {
  expect(nextPage(path, seeing('devices', 'jobs'))).toBe(next);
});
