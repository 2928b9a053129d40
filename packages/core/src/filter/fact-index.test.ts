import { beforeEach, describe, expect, test, vi } from 'vitest';
import { TextDictionary } from './columnar/text-dictionary.js';
import { type CompiledFilter, compileFilter } from './compile-filter.js';
import { FactIndex } from './fact-index.js';
import type { FilterNode } from './filter-node.js';
import { DAY_MS } from './predicate.js';
import { testCatalogue } from './test-support/test-catalogue.js';

const NOW = Date.UTC(2026, 0, 15);
const catalogue = testCatalogue();
const compile = (filter: FilterNode): CompiledFilter => compileFilter(catalogue, filter);

let index: FactIndex;
beforeEach(() => {
  index = new FactIndex(catalogue, { now: NOW });
});

function find(filter: FilterNode, options: { now?: number; favourites?: ReadonlySet<string> } = {}): string[] {
  return [...index.evaluate(compile(filter), { now: NOW, ...options })].sort();
}

describe('what conditions mean', () => {
  test('a negation on several values: no value fulfils the opposite; empty fields are included', () => {
    index.set('both', { software: [{ name: 'Chrome' }, { name: 'Microsoft .NET Framework 4.0' }] });
    index.set('chrome', { software: [{ name: 'Chrome' }] });
    index.set('nothing', {});
    expect(find({ field: 'software.name', condition: 'notContains', term: '.net framework 4' })).toEqual([
      'chrome',
      'nothing',
    ]);
    expect(find({ field: 'software.name', condition: 'contains', term: '.net framework 4' })).toEqual(['both']);
    expect(find({ none: [{ field: 'software.name', condition: 'equals', term: 'chrome' }] })).toEqual(['nothing']);
  });

  test('a correlated group: one record fulfils all of it', () => {
    index.set('old', {
      software: [
        { name: 'openssl', version: '3.0.9' },
        { name: 'nginx', version: '1.2' },
      ],
    });
    index.set('new', {
      software: [
        { name: 'openssl', version: '3.0.11' },
        { name: 'nginx', version: '1.2' },
      ],
    });
    index.set('none', { software: [{ name: 'nginx', version: '1.2' }] });
    const name: FilterNode = { field: 'software.name', condition: 'equals', term: 'OpenSSL' };
    const below: FilterNode = { field: 'software.version', condition: 'versionBelow', term: '3.0.11' };
    expect(find({ some: 'software', all: [name, below] })).toEqual(['old']);
    expect(find({ all: [name, below] })).toEqual(['new', 'old']);
    expect(find({ some: 'software', none: [name] })).toEqual(['new', 'none', 'old']);
    expect(find({ none: [{ some: 'software', all: [name] }] })).toEqual(['none']);
    expect(find({ some: 'software', all: [] })).toEqual(['new', 'none', 'old']);
  });

  test('versions are ordered by the criterion’s scheme, else the record’s, else the field’s', () => {
    index.set('deb', { software: [{ name: 'x', version: '1.0~rc1', scheme: 'debian' }] });
    index.set('win', { software: [{ name: 'x', version: '1.0.0.0', scheme: 'windows' }] });
    index.set('bare', { software: [{ name: 'x', version: '1.0k' }], 'agent.version': '1.0.0-rc.1' });
    const below = (term: string, more: object = {}): FilterNode => ({
      field: 'software.version',
      condition: 'versionBelow',
      term,
      ...more,
    });
    expect(find(below('1.0'))).toEqual(['deb']);
    expect(find(below('1.0.0.1'))).toEqual(['deb', 'win']);
    expect(find(below('1.0.1'))).toEqual(['bare', 'deb', 'win']);
    expect(find(below('1.0a', { scheme: 'semver' }))).toContain('win');
    expect(find({ field: 'agent.version', condition: 'versionBelow', term: '1.0.0' })).toEqual(['bare']);
  });

  test('unknown is neither true nor false', () => {
    index.set('on', { 'security.antivirus': true });
    index.set('off', { 'security.antivirus': false });
    index.set('unknown', { 'security.antivirus': null });
    const asked = (condition: 'isTrue' | 'isFalse' | 'empty'): string[] =>
      find({ field: 'security.antivirus', condition });
    expect([asked('isTrue'), asked('isFalse'), asked('empty')]).toEqual([['on'], ['off'], ['unknown']]);
  });

  test('junk of another type is an empty value, not a match', () => {
    index.set('junk', {
      'disk.freeGb': 'plenty',
      'status.online': 'yes',
      'os.name': '  ',
      'device.lastSeen': Number.NaN,
      software: 7,
    });
    for (const field of ['disk.freeGb', 'status.online', 'os.name', 'device.lastSeen', 'software.name']) {
      expect(find({ field, condition: 'empty' })).toEqual(['junk']);
      expect(find({ field, condition: 'notEmpty' })).toEqual([]);
    }
    expect(index.facts('junk')).toEqual({});
  });

  test('an age counts from exactly so many days; the future is within', () => {
    index.set('exact', { 'device.lastSeen': NOW - 30 * DAY_MS });
    index.set('younger', { 'device.lastSeen': NOW - 30 * DAY_MS + 1 });
    index.set('ahead', { 'device.lastSeen': NOW + DAY_MS });
    index.set('never', {});
    expect(find({ field: 'device.lastSeen', condition: 'olderThanDays', term: 30 })).toEqual(['exact']);
    expect(find({ field: 'device.lastSeen', condition: 'withinDays', term: 30 })).toEqual(['ahead', 'younger']);
  });

  test('before and after share out all dates', () => {
    index.set('a', { 'device.lastAudit': '2026-01-14T23:59:59.999Z' });
    index.set('b', { 'device.lastAudit': Date.UTC(2026, 0, 15) });
    expect(find({ field: 'device.lastAudit', condition: 'before', term: '2026-01-15' })).toEqual(['a']);
    expect(find({ field: 'device.lastAudit', condition: 'after', term: '2026-01-15' })).toEqual(['b']);
  });

  test('favourites are those of the asking user', () => {
    index.set('a', {});
    index.set('b', {});
    const favourites = new Set(['b', 'gone']);
    expect(find({ field: 'device.favourite', condition: 'isTrue' }, { favourites })).toEqual(['b']);
    expect(find({ field: 'device.favourite', condition: 'isFalse' }, { favourites })).toEqual(['a']);
    expect(find({ field: 'device.favourite', condition: 'isTrue' })).toEqual([]);
    expect(find({ field: 'device.favourite', condition: 'notEmpty' })).toEqual(['a', 'b']);
  });

  test('empty groups: all holds, any does not', () => {
    index.set('a', {});
    expect([find({ all: [] }), find({ any: [] }), find({ none: [] })]).toEqual([['a'], [], ['a']]);
  });
});

describe('facts', () => {
  test('come back as given, without duplicates, empties and unknown keys', () => {
    index.set('a', {
      'os.name': 'Windows 11',
      'network.ip': ['10.0.0.2', '', '10.0.0.2', '10.0.0.1'],
      software: [{ name: 'b', version: '2', publisher: 'x' }, {}, { name: 'a' }, { name: 'b', version: '2' }],
      'plugin.unknown': 1,
    });
    expect(index.facts('a')).toEqual({
      'os.name': 'Windows 11',
      'network.ip': ['10.0.0.2', '10.0.0.1'],
      software: [{ name: 'b', version: '2' }, { name: 'a' }],
    });
  });

  test('set replaces all, patch only what it names', () => {
    index.set('a', { 'os.name': 'x', 'device.hostname': 'h', 'device.tags': ['t'], 'disk.freeGb': 1 });
    index.patch('a', { 'os.name': 'y', 'device.tags': null, 'disk.freeGb': undefined });
    expect(index.facts('a')).toEqual({ 'os.name': 'y', 'device.hostname': 'h' });
    index.set('a', { 'disk.freeGb': 2 });
    expect(index.facts('a')).toEqual({ 'disk.freeGb': 2 });
  });

  test('patch and explain of an unknown device are refused, delete is not', () => {
    expect(() => index.patch('x', {})).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(() => index.explain(compile({ all: [] }), 'x', { now: NOW })).toThrowError(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(index.delete('x')).toEqual([]);
    expect(index.match(compile({ all: [] }), 'x', { now: NOW })).toBe(false);
  });

  test('stay right when columns are rebuilt around dead values', () => {
    index.set('still', { 'device.description': 'same', software: [{ name: 'kept', version: '1' }] });
    const kept = compile({ some: 'software', all: [{ field: 'software.name', condition: 'startsWith', term: 'n' }] });
    index.watch('n', kept);
    for (let i = 0; i < 9000; i++) {
      index.set('busy', { 'device.description': `text ${i}`, software: [{ name: `n${i}`, version: '1' }] });
    }
    expect(index.facts('busy')).toEqual({
      'device.description': 'text 8999',
      software: [{ name: 'n8999', version: '1' }],
    });
    expect(index.facts('still')?.['device.description']).toBe('same');
    expect(find({ field: 'device.description', condition: 'contains', term: 'text 8' })).toEqual(['busy']);
    expect(index.set('other', { software: [{ name: 'z', version: '1' }] })).toEqual([]);
    expect(index.set('busy', { software: [{ name: 'kept', version: '1' }] })).toEqual([
      { filterId: 'n', deviceId: 'busy', kind: 'left' },
    ]);
    expect(find({ field: 'software.name', condition: 'equals', term: 'kept' })).toEqual(['busy', 'still']);
  });
});

test('a record that comes while its list is asked in steps is asked every question', () => {
  const named = (term: string): FilterNode => ({ field: 'software.name', condition: 'equals', term });
  const filter = compile({ some: 'software', none: [named('a'), named('b'), named('c')] });
  for (let arrival = 0; arrival < 5; arrival++) {
    const fleet = new FactIndex(catalogue, { now: NOW, atOneGoNs: 0 });
    fleet.set('other', { software: [{ name: 'x' }] });
    const steps = fleet.holding(filter, () => [...fleet.evaluate(filter, { now: NOW })]);
    for (let i = 0; i < arrival; i++) expect(steps.next().done).toBe(false);
    for (const name of ['a', 'b', 'c']) fleet.set(name, { software: [{ name }] });
    let found = steps.next();
    while (!found.done) found = steps.next();
    expect(found.value).toEqual(['other']);
  }
});

test('a date of a record that comes true while its list is asked in steps has come true', () => {
  const old: FilterNode = { field: 'drive.checkedAt', condition: 'olderThanDays', term: 1 };
  const filter = compile({ some: 'drive', any: [old, { field: 'drive.name', condition: 'equals', term: 'x' }] });
  for (let passing = 0; passing < 4; passing++) {
    const fleet = new FactIndex(catalogue, { now: NOW, atOneGoNs: 0 });
    fleet.set('young', { drive: [{ name: 'c', checkedAt: NOW }] });
    const steps = fleet.holding(filter, () => [...fleet.watch('f', filter)]);
    for (let i = 0; i < passing; i++) expect(steps.next().done).toBe(false);
    fleet.advance(NOW + 2 * DAY_MS);
    let found = steps.next();
    while (!found.done) found = steps.next();
    expect(found.value).toEqual(['young']);
  }
});

test('hundreds of conditions of any kind take steps where there are many devices; a few take none', () => {
  for (let i = 0; i < 10_000; i++) index.set(`d${i}`, { 'disk.freeGb': i / 10, software: [{ name: `n${i % 90}` }] });
  const stepsOf = (any: FilterNode[]): number => {
    const filter = compile({ any });
    const steps = index.holding(filter, () => index.evaluate(filter, { now: NOW }).count);
    let count = 0;
    while (!steps.next().done) count++;
    return count;
  };
  const terms = Array.from({ length: 900 }, (_, i) => i);
  expect(stepsOf(terms.map((term) => ({ field: 'disk.freeGb', condition: '<', term })))).toBeGreaterThan(800);
  const names = terms.map((term): FilterNode => ({ field: 'software.name', condition: 'equals', term: `n${term}` }));
  expect(stepsOf(names)).toBeGreaterThan(800);
  expect(stepsOf(names.slice(0, 5))).toBe(0);
});

test('records that get other numbers are not all asked again', () => {
  const record = (i: number) => ({ name: `n${i}`, version: `${i % 100}.${i}` });
  for (let i = 0; i < 60; i++)
    index.set(`d${i}`, { software: Array.from({ length: 50 }, (_, k) => record(i * 50 + k)) });
  const conditions = Array.from({ length: 20 }, (_, i): FilterNode => {
    return { field: 'software.version', condition: 'versionBelow', term: `${i}.${i}` };
  });
  index.watch('old', compile({ any: conditions }));
  const raw = vi.spyOn(TextDictionary.prototype, 'raw');
  const reads = Array.from({ length: 5000 }, (_, i) => {
    raw.mockClear();
    index.set('busy', { software: [{ name: 'busy', version: `99.${i}` }] });
    return raw.mock.calls.length;
  });
  raw.mockRestore();
  // The lists are rebuilt once, which reads each record that is left, but only once.
  expect(Math.max(...reads)).toBeGreaterThan(3000);
  expect(Math.max(...reads)).toBeLessThan(20_000);
  expect(index.set('busy', { software: [record(1)] })).toEqual([
    { filterId: 'old', deviceId: 'busy', kind: 'entered' },
  ]);
});

describe('watched filters', () => {
  const server: FilterNode = { field: 'os.name', condition: 'contains', term: 'server' };

  test('report entering and leaving, and nothing else', () => {
    index.set('a', { 'os.name': 'Windows Server' });
    expect([...index.watch('f', compile(server))]).toEqual(['a']);
    expect(index.set('b', { 'os.name': 'Ubuntu server' })).toEqual([{ filterId: 'f', deviceId: 'b', kind: 'entered' }]);
    expect(index.patch('b', { 'os.name': 'Debian server', 'device.hostname': 'b' })).toEqual([]);
    expect(index.patch('b', { 'os.name': 'Ubuntu' })).toEqual([{ filterId: 'f', deviceId: 'b', kind: 'left' }]);
    expect(index.delete('a')).toEqual([{ filterId: 'f', deviceId: 'a', kind: 'left' }]);
    index.unwatch('f');
    expect(index.set('c', { 'os.name': 'server' })).toEqual([]);
    expect(index.members('f')).toBeUndefined();
  });

  test('take no more memory for rows where devices have many more records', () => {
    for (let i = 0; i < 20_000; i++) index.set(`d${i % 10}`, { software: [{ name: `n${i}`, version: `${i}` }] });
    const members = index.watch('f', compile({ field: 'software.version', condition: 'versionAbove', term: '7' }));
    expect(members.count).toBe(10);
    expect(members.rows().byteLength).toBeLessThan(100);
  });

  test('a watch with the same id replaces the former', () => {
    index.set('a', { 'os.name': 'Ubuntu' });
    index.watch('f', compile(server));
    expect([...index.watch('f', compile({ none: [server] }))]).toEqual(['a']);
    expect(index.patch('a', { 'os.name': 'server' })).toEqual([{ filterId: 'f', deviceId: 'a', kind: 'left' }]);
  });

  test('relative dates turn with the clock, also those of records', () => {
    const stale: FilterNode = { field: 'device.lastSeen', condition: 'olderThanDays', term: 30 };
    const checked: FilterNode = {
      some: 'drive',
      all: [
        { field: 'drive.name', condition: 'equals', term: 'C:' },
        { field: 'drive.checkedAt', condition: 'withinDays', term: 2 },
      ],
    };
    index.watch('stale', compile(stale));
    index.watch('checked', compile(checked));
    index.set('a', { 'device.lastSeen': NOW - 29 * DAY_MS, drive: [{ name: 'C:', checkedAt: NOW - DAY_MS / 2 }] });
    expect(index.advance(NOW + DAY_MS - 1)).toEqual([]);
    expect(index.advance(NOW + DAY_MS)).toEqual([{ filterId: 'stale', deviceId: 'a', kind: 'entered' }]);
    expect(index.advance(NOW + 1.5 * DAY_MS)).toEqual([{ filterId: 'checked', deviceId: 'a', kind: 'left' }]);
    expect(index.patch('a', { 'device.lastSeen': NOW })).toEqual([{ filterId: 'stale', deviceId: 'a', kind: 'left' }]);
    expect(index.advance(NOW + 30 * DAY_MS)).toEqual([{ filterId: 'stale', deviceId: 'a', kind: 'entered' }]);
    expect(index.advance(NOW)).toEqual([
      { filterId: 'stale', deviceId: 'a', kind: 'left' },
      { filterId: 'checked', deviceId: 'a', kind: 'entered' },
    ]);
  });

  test('each device turns at its own instant, however the clock steps', () => {
    const stale = compile({ field: 'device.lastSeen', condition: 'olderThanDays', term: 1 });
    index.watch('stale', stale);
    for (let i = 0; i < 6; i++) index.set(`d${i}`, { 'device.lastSeen': NOW - i });
    for (let i = 5; i >= 0; i--) {
      expect(index.advance(NOW + DAY_MS - i - 0.5)).toEqual([]);
      expect(index.advance(NOW + DAY_MS - i)).toEqual([{ filterId: 'stale', deviceId: `d${i}`, kind: 'entered' }]);
    }
  });

  test('do not lend their answers to evaluations at another instant', () => {
    const stale = compile({ field: 'device.lastSeen', condition: 'olderThanDays', term: 1 });
    index.watch('stale', stale);
    index.set('a', { 'device.lastSeen': NOW });
    for (let i = 0; i < 3; i++) {
      expect(index.evaluate(stale, { now: NOW + DAY_MS }).count).toBe(1);
      expect(index.evaluate(stale, { now: NOW }).count).toBe(0);
      expect(index.match(stale, 'a', { now: NOW + DAY_MS })).toBe(true);
    }
  });

  test('cannot depend on who asks', () => {
    const favourite = compile({ any: [server, { field: 'device.favourite', condition: 'isTrue' }] });
    expect(() => index.watch('f', favourite)).toThrowError(expect.objectContaining({ code: 'INVALID_FILTER' }));
  });
});

describe('a set of devices', () => {
  beforeEach(() => {
    for (const id of ['a', 'b', 'c']) index.set(id, { 'device.hostname': id });
  });

  test('combines with others and leaves them as they are', () => {
    const ab = index.of(['a', 'b', 'unknown']);
    const bc = index.of(['b', 'c']);
    expect([[...ab.and(bc)], [...ab.or(bc)], [...ab.andNot(bc)]]).toEqual([['b'], ['a', 'b', 'c'], ['a']]);
    expect([ab.count, ab.has('a'), ab.has('c'), index.all().count]).toEqual([2, true, false, 3]);
  });

  test('does not show a new device in the place of a deleted one', () => {
    const before = index.all();
    index.delete('b');
    index.set('d', { 'device.hostname': 'd' });
    expect([...before].sort()).toEqual(['a', 'c']);
    expect(before.has('d')).toBe(false);
    const after = index.all();
    expect([...after].sort()).toEqual(['a', 'c', 'd']);
    expect([...before.and(after)].sort()).toEqual(['a', 'c']);
    expect([...before.or(after)].sort()).toEqual(['a', 'c', 'd']);
    expect([...after.andNot(before)]).toEqual(['d']);
  });

  test('does not follow later changes of facts', () => {
    const found = index.evaluate(compile({ field: 'device.hostname', condition: 'equals', term: 'a' }), { now: NOW });
    index.patch('a', { 'device.hostname': 'z' });
    expect([...found]).toEqual(['a']);
  });
});
