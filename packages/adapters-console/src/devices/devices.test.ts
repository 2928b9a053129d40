import { expect, test } from 'vitest';
import { devicesWhere, nextSort, readListState, selectionOf } from './device-list-state.js';
import { findPackages } from './find-packages.js';
import { between } from './use-selection.js';

const read = (query: string) => readListState(new URLSearchParams(query));

test('a list stands in the address', () => {
  const where = { field: 'os.name', condition: 'equals', term: 'Debian & "co"' } as const;
  const state = read(`q=web&filter=f1&sort=-device.lastSeen&page=3&${devicesWhere(where).split('?')[1]}`);
  expect(state).toEqual({
    search: 'web',
    filterId: 'f1',
    groupId: undefined,
    filter: where,
    sortBy: 'device.lastSeen',
    descending: true,
    page: 2,
  });
  expect(selectionOf({ profileId: 'p' }, state)).toEqual({
    profileId: 'p',
    search: 'web',
    filterId: 'f1',
    filter: where,
    sortBy: 'device.lastSeen',
    sortDir: 'desc',
  });
});

test.each(['page=0', 'page=-1', 'page=x', 'page=1.5', ''])('a page out of a bad address is the first: %s', (query) => {
  expect(read(query).page).toBe(0);
});

test('a condition that is no JSON is passed over', () => {
  expect(read('where={').filter).toBeUndefined();
  expect(read('where=1').filter).toBeUndefined();
});

test('a column sorts up, then down; the usual order needs no address', () => {
  expect(nextSort(read(''), 'os.name')).toBe('os.name');
  expect(nextSort(read('sort=os.name'), 'os.name')).toBe('-os.name');
  expect(nextSort(read('sort=-os.name'), 'os.name')).toBe('os.name');
  expect(nextSort(read(''), 'device.hostname')).toBe('-device.hostname');
  expect(nextSort(read('sort=-device.hostname'), 'device.hostname')).toBeUndefined();
});

test('packages are found by all words; those that begin with the text come first', () => {
  const packages = ['libssl3', 'openssl', 'ssl-cert', 'bash'].map((name) => ({
    name,
    version: '3.0',
    source: 'dpkg',
    publisher: 'Debian OpenSSL Team',
  }));
  const names = (text: string) => findPackages(packages, text).map(({ name }) => name);
  expect(names('ssl')).toEqual(['ssl-cert', 'libssl3', 'openssl', 'bash']);
  expect(names('open team')).toEqual(['libssl3', 'openssl', 'ssl-cert', 'bash']);
  expect(names('cert 3.0')).toEqual(['ssl-cert']);
  expect(names('  ')).toHaveLength(4);
});

test('Shift takes everything between, whichever comes first', () => {
  const order = ['a', 'b', 'c', 'd'];
  expect(between(order, 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(between(order, 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(between(order, 'gone', 'b')).toEqual(['a', 'b']);
  expect(between(order, 'c', 'c')).toEqual(['c']);
});
