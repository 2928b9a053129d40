import { expect, test } from 'vitest';
import { findView } from '../app/views.js';
import { ELEMENT_VIEWS } from './element-paths.js';

const pathOf = (name: keyof typeof ELEMENT_VIEWS, attributes: Record<string, string> = {}) =>
  ELEMENT_VIEWS[name].path((attribute) => attributes[attribute]);

test('attributes decide where a view begins', () => {
  expect(pathOf('rmm-device-list')).toBe('/system/devices');
  expect(pathOf('rmm-device-list', { profile: 'p/1', search: 'a b', group: 'g' })).toBe(
    '/profiles/p%2F1/devices?group=g&q=a+b',
  );
  expect(pathOf('rmm-device', { device: 'd', tab: 'audit' })).toBe('/devices/d/audit');
  expect(pathOf('rmm-device', { device: 'd', tab: 'nonsense' })).toBe('/devices/d');
  expect(pathOf('rmm-filter-editor', { profile: 'p' })).toBe('/filters/new?profile=p');
});

test('without the thing that it shows, an element shows nothing', () => {
  expect(pathOf('rmm-device')).toBeUndefined();
  expect(pathOf('rmm-job')).toBeUndefined();
});

test.each(Object.entries(ELEMENT_VIEWS))('%s leads to a view of the console', (_, view) => {
  const path = view.path((name) => `some-${name}`);
  expect(findView(path?.split('?')[0] ?? '')).toBeDefined();
});
