import { expect, test, vi } from 'vitest';
import { memoryRouter, parseLocation } from './router.js';
import { withSearch } from './router-context.js';

test.each([
  ['', { path: '/', search: '' }],
  ['/devices/', { path: '/devices', search: '' }],
  ['/a/b?x=1&y=?', { path: '/a/b', search: 'x=1&y=?' }],
])('%s is read', (to, location) => {
  expect(parseLocation(to)).toEqual(location);
});

test('a query is changed in some parts, and empty values go', () => {
  expect(withSearch('/d', 'a=1&b=2', { b: undefined, c: 'x y', d: '' })).toBe('/d?a=1&c=x+y');
  expect(withSearch('/d', 'a=1', { a: undefined })).toBe('/d');
});

test('inside a host’s page, the host is asked before every step and may take it over', () => {
  const leave = vi.fn(() => true);
  const router = memoryRouter('/jobs', leave);
  const listener = vi.fn();
  router.subscribe(listener);
  router.navigate('/jobs/1?x=1');
  expect(router.getSnapshot()).toEqual({ path: '/jobs/1', search: 'x=1' });
  leave.mockReturnValue(false);
  router.navigate('/jobs/2');
  expect(router.getSnapshot().path).toBe('/jobs/1');
  router.navigate('/jobs/1?x=2', { replace: true });
  expect(router.getSnapshot().search).toBe('x=2');
  expect(leave).toHaveBeenCalledTimes(2);
  expect(listener).toHaveBeenCalledTimes(2);
});

test('a step away waits for the answer, steps on the spot do not; whoever agreed once is not asked again', async () => {
  const router = memoryRouter('/account/roles/1', () => true);
  const ask = vi.fn(async () => false);
  router.hold(ask);
  router.navigate('/account/roles/1?part=tools');
  expect(router.getSnapshot().search).toBe('part=tools');
  router.navigate('/jobs');
  await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
  expect(router.getSnapshot().path).toBe('/account/roles/1');
  ask.mockResolvedValue(true);
  router.navigate('/jobs');
  await vi.waitFor(() => expect(router.getSnapshot().path).toBe('/jobs'));
  router.navigate('/');
  expect(router.getSnapshot().path).toBe('/');
  expect(ask).toHaveBeenCalledTimes(2);
});
