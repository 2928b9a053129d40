import { expect, test } from 'vitest';
import { UNRESTRICTED, type Visibility } from '../access/visibility.js';
import { FactIndex } from '../filter/fact-index.js';
import { testCatalogue } from '../filter/test-support/test-catalogue.js';
import { ShownDevices } from './shown-devices.js';

/** Shows these devices, and counts how often all of them are asked for. */
function showing() {
  const index = new FactIndex(testCatalogue(), { now: 0 });
  for (const id of ['a', 'b', 'c']) index.set(id, {});
  let asked = 0;
  const visible = (...ids: string[]): Visibility => ({
    ...UNRESTRICTED,
    get devices() {
      asked++;
      return index.of(ids);
    },
    device: (id) => ids.includes(id),
  });
  return { visible, asked: () => asked };
}

test('all devices are compared only when an event may be about any, or after a while', () => {
  const { visible, asked } = showing();
  const shown = new ShownDevices(visible('a'), 0);
  const before = asked();
  for (let i = 0; i < 100; i++) expect(shown.changed(visible('a'), i, i % 2 ? 'a' : 'b')).toBe(false);
  expect(shown.changed(visible('a', 'b'), 100, null)).toBe(false);
  expect(shown.changed(visible('a', 'b'), 100, 'c')).toBe(false);
  expect(asked()).toBe(before);
  expect(shown.changed(visible('a', 'b'), 100, 'b')).toBe(true);
  expect(shown.changed(visible('a', 'b'), 100, 'b')).toBe(false);
  expect(shown.changed(visible('b'), 100, undefined)).toBe(true);
  expect(shown.changed(visible('c'), 11_000, null)).toBe(true);
  expect(shown.changed(visible('c'), 11_001, undefined)).toBe(false);
});

test('who comes to be restricted, or is no longer, is shown other devices', () => {
  const { visible } = showing();
  const shown = new ShownDevices(UNRESTRICTED, 0);
  expect(shown.changed(UNRESTRICTED, 0, 'a')).toBe(false);
  expect(shown.changed(visible('a'), 0, undefined)).toBe(true);
  expect(shown.changed(UNRESTRICTED, 0, undefined)).toBe(true);
});
