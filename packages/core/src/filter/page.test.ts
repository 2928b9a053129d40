import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { FactIndex } from './fact-index.js';
import type { PageRequest } from './page.js';
import { testCatalogue } from './test-support/test-catalogue.js';

const catalogue = testCatalogue();
let index: FactIndex;

beforeEach(() => {
  index = new FactIndex(catalogue, { now: 0 });
  index.set('1', {
    'device.hostname': 'beta',
    'disk.freeGb': 10,
    'network.ip': ['10.0.0.9', '9.0.0.1'],
    'agent.version': '1.10.0',
  });
  index.set('2', {
    'device.hostname': 'Alpha',
    'disk.freeGb': 2.5,
    'network.ip': ['10.0.0.1'],
    'agent.version': '1.9.0',
  });
  index.set('3', { 'device.hostname': 'ÄLPHA', 'status.online': true });
  index.set('4', { 'disk.freeGb': -1, 'status.online': false, 'device.lastUser': 'CORP\\ann' });
});

const ids = (request: Partial<PageRequest>): readonly string[] => index.page({ offset: 0, limit: 10, ...request }).ids;

test('sorts without regard to case, empties last in both directions', () => {
  expect(ids({})).toEqual(['2', '1', '3', '4']);
  expect(ids({ dir: 'desc' })).toEqual(['3', '1', '2', '4']);
  expect(ids({ sortBy: 'disk.freeGb' })).toEqual(['4', '2', '1', '3']);
  expect(ids({ sortBy: 'disk.freeGb', dir: 'desc' })).toEqual(['1', '2', '4', '3']);
  expect(ids({ sortBy: 'status.online' })).toEqual(['4', '3', '1', '2']);
  expect(ids({ sortBy: 'agent.version' })).toEqual(['2', '1', '3', '4']);
  expect(ids({ sortBy: 'backup.runs' })).toEqual(['1', '2', '3', '4']);
});

test('sorts several values by the lowest, descending by the highest', () => {
  expect(ids({ sortBy: 'network.ip' })).toEqual(['2', '1', '3', '4']);
  expect(ids({ sortBy: 'network.ip', dir: 'desc' })).toEqual(['1', '2', '3', '4']);
});

test('pages, and tells how many there are', () => {
  expect(index.page({ offset: 1, limit: 2 })).toEqual({ ids: ['1', '3'], total: 4 });
  expect(index.page({ offset: 4, limit: 2 })).toEqual({ ids: [], total: 4 });
  expect(index.page({ offset: 0, limit: 0 })).toEqual({ ids: [], total: 4 });
});

test('searches texts, several values and only the fields asked for', () => {
  expect(ids({ search: ' LPH ' })).toEqual(['2', '3']);
  expect(ids({ search: '10.0.0.' })).toEqual(['2', '1']);
  expect(ids({ search: 'corp\\a' })).toEqual(['4']);
  expect(ids({ search: 'lph', searchIn: ['network.ip'] })).toEqual([]);
  expect(ids({ search: 'a', within: index.of(['1', '4']) })).toEqual(['1', '4']);
});

describe('refuses', () => {
  test.each<[Partial<PageRequest>, string]>([
    [{ sortBy: 'no.field' }, '/sortBy'],
    [{ search: 'x', searchIn: ['disk.freeGb'] }, '/searchIn'],
    [{ search: 'x', searchIn: ['no.field'] }, '/searchIn'],
    [{ offset: -1 }, '/offset'],
    [{ limit: 1.5 }, '/limit'],
  ])('%j', (request, path) => {
    expect(() => ids(request)).toThrowError(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { issues: [expect.objectContaining({ path })] } }),
    );
  });
});

test('all pages together are the whole list once, in order, however devices came and went', () => {
  const name = fc.constantFrom('a', 'B', 'b', 'c', '');
  const change = fc.record({ id: fc.nat({ max: 30 }), name, gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (changes, limit) => {
      const fleet = new FactIndex(catalogue, { now: 0 });
      const names = new Map<string, string>();
      for (const { id, name, gone } of changes) {
        if (gone) fleet.delete(`d${id}`);
        else fleet.set(`d${id}`, { 'device.hostname': name });
        if (gone) names.delete(`d${id}`);
        else names.set(`d${id}`, name);
        fleet.page({ offset: 0, limit: 1 });
      }
      const listed: string[] = [];
      for (let offset = 0; offset < names.size; offset += limit) listed.push(...fleet.page({ offset, limit }).ids);
      // Texts that differ in case only are ordered by the text as given.
      const place = (id: string): string => {
        const own = names.get(id) ?? '';
        return own === '' ? `~${id}` : `${own.toLowerCase()}${own}${id}`;
      };
      expect(listed).toEqual([...names.keys()].sort((a, b) => (place(a) < place(b) ? -1 : 1)));
    }),
    { seed: 3 },
  );
});
