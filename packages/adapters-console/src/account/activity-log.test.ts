import type { ActivityEntry } from '@rmm/client';
import { expect, test, vi } from 'vitest';
import { devicesOf, exportLog, periodOf, subjectOf, withEarlier, withNewest } from './activity-log.js';

const entry = (id: number, sequence: number | null = id) => ({ id: `e${id}`, sequence }) as unknown as ActivityEntry;
const page = (ids: readonly number[], cursor: string | null = null) => ({ items: ids.map((id) => entry(id)), cursor });
const idsOf = (log: { entries: readonly ActivityEntry[] }) => log.entries.map(({ id }) => id);

test('new entries come on top of what was read, and the place to go on stays', () => {
  const read = withEarlier(withNewest(undefined, page([5, 4], 'before-4')), page([3, 2], 'before-2'));
  const log = withNewest(read, page([7, 6, 5], 'before-5'));
  expect(idsOf(log)).toEqual(['e7', 'e6', 'e5', 'e4', 'e3', 'e2']);
  expect(log.cursor).toBe('before-2');
});

test('when there would be a gap, it begins anew', () => {
  const read = withEarlier(withNewest(undefined, page([5, 4], 'before-4')), page([3, 2], 'before-2'));
  expect(withNewest(read, page([200, 199], 'before-199'))).toEqual({
    entries: page([200, 199]).items,
    cursor: 'before-199',
  });
});

test('an entry that has been sealed meanwhile shows its place', () => {
  const log = withNewest({ entries: [entry(1, null)], cursor: null }, page([2, 1]));
  expect(log.entries.map(({ sequence }) => sequence)).toEqual([2, 1]);
});

test('an entry that two pages hold is there once', () => {
  expect(idsOf(withEarlier(withNewest(undefined, page([5, 4])), page([4, 3])))).toEqual(['e5', 'e4', 'e3']);
});

test('a period goes from the beginning of its first local day to the end of its last', () => {
  const { from, to } = periodOf('2026-03-01', '2026-03-02');
  expect(new Date(from ?? '').getTime()).toBe(new Date(2026, 2, 1).getTime());
  expect(new Date(to ?? '').getTime()).toBe(new Date(2026, 2, 3).getTime() - 1);
  expect(periodOf(undefined, '')).toEqual({});
});

test('the export joins all parts', async () => {
  const seal = { sequence: 3, hash: 'h', at: 't', signature: 's', publicKey: 'k' };
  const parts = new Map([
    [0, { lines: '{"n":1}\n{"n":2}\n', next: 2, seal }],
    [2, { lines: '{"n":3}\n{"seal":{}}\n', next: null, seal }],
  ]);
  const told = vi.fn();
  const text = await exportLog(async (after) => parts.get(after) ?? { lines: '', next: null, seal: null }, told);
  expect(text).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"seal":{}}\n');
  expect(told.mock.calls).toEqual([[2], [4]]);
});

test('an entry names what was made or changed as its input does, else as it is called now', () => {
  const about = [{ kind: 'policies', id: 'p', name: 'Night' }];
  expect(subjectOf({ input: { name: 'Tess Tanner', email: 'x' }, about })).toBe('Tess Tanner');
  for (const input of [{}, { name: '' }, { name: 1 }, null, 'name']) {
    expect(subjectOf({ input, about })).toBe('Night');
    expect(subjectOf({ input, about: [{ kind: 'devices', id: 'd', name: 'pc' }] })).toBeUndefined();
  }
});

test('an entry names its device, or tells how many there are', () => {
  const about = [
    { kind: 'policies', id: 'p', name: 'Night' },
    { kind: 'devices', id: 'd', name: 'pc' },
  ];
  expect(devicesOf({ deviceIds: [], about })).toBeUndefined();
  expect(devicesOf({ deviceIds: ['d'], about })).toBe('pc');
  expect(devicesOf({ deviceIds: ['gone'], about: [] })).toBe('1 device');
  expect(devicesOf({ deviceIds: ['d', 'e'], about })).toBe('2 devices');
  expect(devicesOf({ deviceIds: Array.from({ length: 100 }, () => 'd'), about })).toBe('100 devices or more');
});
