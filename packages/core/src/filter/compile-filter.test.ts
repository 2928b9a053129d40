import { isRmmError } from '@rmm/protocol';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter } from './compile-filter.js';
import { FilterNode, MAX_FILTER_NODES } from './filter-node.js';
import { arbitraryFilter } from './test-support/arbitraries.js';
import { testCatalogue } from './test-support/test-catalogue.js';

const catalogue = testCatalogue();

function issuesOf(filter: unknown): readonly { path: string; message: string }[] {
  try {
    compileFilter(catalogue, filter);
  } catch (error) {
    if (isRmmError(error, 'INVALID_FILTER')) return error.details?.issues as { path: string; message: string }[];
    throw error;
  }
  return [];
}

test('tells which fields a filter reads and whether time or the user matter', () => {
  const filter = compileFilter(catalogue, {
    all: [
      { field: 'os.name', condition: 'contains', term: 'server' },
      { none: [{ field: 'device.lastSeen', condition: 'olderThanDays', term: 30 }] },
      { some: 'software', all: [{ field: 'software.name', condition: 'equals', term: 'nginx' }] },
    ],
  });
  expect([...filter.fields]).toEqual(['os.name', 'device.lastSeen', 'software.name']);
  expect(filter.timeDependent).toBe(true);
  expect(filter.readsFavourites).toBe(false);
  expect(compileFilter(catalogue, { field: 'device.favourite', condition: 'isTrue' }).readsFavourites).toBe(true);
});

describe('names the fault, its place and the remedy', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['no object', 'all', '', /criterion .* or a group/],
    ['an unknown field', { field: 'os.nmae', condition: 'empty' }, '/field', /did you mean os\.name/],
    ['a bare name', { field: 'hostname', condition: 'empty' }, '/field', /did you mean device\.hostname/],
    ['a label', { field: 'IP address', condition: 'empty' }, '/field', /did you mean network\.ip/],
    ['a far field', { field: 'qqqqqqqqq', condition: 'empty' }, '/field', /look it up/],
    ['an unknown condition', { field: 'os.name', condition: 'like', term: 'x' }, '/condition', /contains/],
    [
      'a condition of another type',
      { field: 'os.name', condition: '>', term: 1 },
      '/condition',
      /type string.*contains/,
    ],
    ['no text', { field: 'os.name', condition: 'contains' }, '/term', /condition empty/],
    ['a long text', { field: 'os.name', condition: 'contains', term: 'x'.repeat(1001) }, '/term', /1000/],
    ['an unwanted term', { field: 'os.name', condition: 'empty', term: 'x' }, '/term', /leave it out/],
    ['a term that is a list', { field: 'os.name', condition: 'equals', term: ['x'] }, '/term', /text or a number/],
    ['no number', { field: 'disk.freeGb', condition: '<', term: 'ten' }, '/term', /number/],
    ['an infinite number', { field: 'disk.freeGb', condition: '<', term: Number.POSITIVE_INFINITY }, '/term', /number/],
    ['a backward range', { field: 'disk.freeGb', condition: 'includes', term: '5-1' }, '/term', /ranges/],
    ['a half range', { field: 'disk.freeGb', condition: 'includes', term: '1-,2' }, '/term', /ranges/],
    ['no date', { field: 'device.lastSeen', condition: 'before', term: 'yesterday' }, '/term', /2026-01-31/],
    [
      'a day that does not exist',
      { field: 'device.lastSeen', condition: 'before', term: '2026-02-30' },
      '/term',
      /date/,
    ],
    ['part of a day', { field: 'device.lastSeen', condition: 'olderThanDays', term: 1.5 }, '/term', /whole number/],
    ['days below zero', { field: 'device.lastSeen', condition: 'withinDays', term: -1 }, '/term', /whole number/],
    ['no version', { field: 'os.version', condition: 'versionBelow', term: ' ' }, '/term', /version/],
    [
      'an unknown scheme',
      { field: 'os.version', condition: 'versionBelow', term: '1', scheme: 'gem' },
      '/scheme',
      /debian/,
    ],
    [
      'a scheme out of place',
      { field: 'os.name', condition: 'equals', term: '1', scheme: 'rpm' },
      '/scheme',
      /compare versions/,
    ],
    ['an unknown member', { field: 'os.name', condition: 'empty', not: true }, '/not', /remove it/],
    ['a member to escape', { all: [], 'a/~b': 1 }, '/a~1~0b', /remove it/],
    ['two kinds of groups', { all: [], any: [] }, '', /all and any/],
    ['no kind of group', {}, '', /exactly one/],
    ['a group that is no list', { any: { field: 'os.name' } }, '/any', /list of criteria/],
    ['a deep fault', { all: [{ any: [{ field: 'os.name', condition: 'empty' }, 7] }] }, '/all/0/any/1', /criterion/],
    ['an unknown list', { some: 'packages', all: [] }, '/some', /software, drive/],
    ['a field with one value as list', { some: 'os.name', all: [] }, '/some', /no list/],
    [
      'a foreign field in a correlated group',
      { some: 'software', all: [{ field: 'os.name', condition: 'notEmpty' }] },
      '/all/0/field',
      /does not belong to software/,
    ],
    [
      'a correlated group in another one',
      { some: 'software', all: [{ some: 'drive', all: [] }] },
      '/all/0/some',
      /inside another/,
    ],
  ])('%s', (_, filter, path, message) => {
    const [issue] = issuesOf(filter);
    expect(issue?.path).toBe(path);
    expect(issue?.message).toMatch(message);
  });

  test('all faults at once', () => {
    const filter = {
      all: [
        { field: 'x.y', condition: 'empty' },
        { field: 'os.name', condition: 'equals' },
      ],
    };
    expect(issuesOf(filter).map(({ path }) => path)).toEqual(['/all/0/field', '/all/1/term']);
    expect(() => compileFilter(catalogue, filter)).toThrow(/\/all\/0\/field.*and 1 more/);
  });
});

describe('bounds', () => {
  const nested = (depth: number): unknown => (depth === 1 ? { all: [] } : { all: [nested(depth - 1)] });
  const line = { field: 'os.name', condition: 'notEmpty' };

  test('the depth, far before the stack ends', () => {
    expect(issuesOf(nested(10))).toEqual([]);
    expect(issuesOf(nested(11))[0]?.message).toMatch(/deeper than 10/);
    expect(issuesOf(nested(2000))).toHaveLength(1);
  });

  test('the number of nodes', () => {
    const filter = (lines: number): unknown => ({ any: Array.from({ length: lines }, () => line) });
    expect(issuesOf(filter(MAX_FILTER_NODES - 1))).toEqual([]);
    expect(issuesOf(filter(MAX_FILTER_NODES * 50)).map(({ message }) => message)).toEqual([
      expect.stringMatching(/more than 1000/),
    ]);
  });
});

test('takes any JSON without failing otherwise', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ all: fc.array(fc.jsonValue()) })), (json) => {
      expect(Array.isArray(issuesOf(json))).toBe(true);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('the JSON schema accepts every valid filter and refuses other shapes', () => {
  const fits = new Ajv({ strict: true }).compile(FilterNode);
  fc.assert(
    fc.property(arbitraryFilter(catalogue), (filter) => fits(filter)),
    { numRuns: 300, seed: 1 },
  );
  for (const bad of [{}, { all: [], any: [] }, { all: [7] }, { field: 'a.b' }, { field: 'a.b', condition: 'like' }]) {
    expect(fits(bad)).toBe(false);
  }
});
