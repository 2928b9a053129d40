import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Row, Where } from '../storage/storage.js';
import { decodeCursor, encodeCursor, pageOf } from './cursor.js';
import { Data } from './data.js';
import { groupBy } from './group-by.js';
import { and, match } from './match.js';
import { defineModel, nullable, required } from './model.js';

interface ThingRow {
  id: string;
  name: string;
  size: number | null;
}
const thingModel = defineModel<ThingRow>({
  name: 'thing',
  fields: { id: required('string'), name: required('string'), size: nullable('int') },
  key: ['id'],
  unique: [['name']],
  indexes: [['size']],
});
const sharedModel = defineModel<{ id: string }>({
  name: 'shared',
  scope: 'server',
  fields: { id: required('string') },
  key: ['id'],
});

const storage = sqliteStorage({ memory: true });
const [mine, theirs] = [new Data(storage, 'mine'), new Data(storage, 'theirs')];
beforeAll(() => storage.migrate([thingModel.def, sharedModel.def]));
beforeEach(async () => {
  await storage.remove('thing', { all: [] });
  for (const data of [mine, theirs]) {
    for (const id of ['a', 'b', 'c'])
      await data.insert(thingModel, { id, name: `thing ${id}`, size: id === 'c' ? null : 1 });
  }
});
afterAll(() => storage.close());

const rowsOf = async (systemId: string) =>
  storage.find('thing', { where: { field: 'systemId', op: 'eq', value: systemId } });

describe("a System's data", () => {
  const comparison = fc.oneof(
    fc.record({
      field: fc.constantFrom('id', 'name', 'systemId'),
      op: fc.constantFrom('eq', 'ne', 'gt', 'lte', 'prefix'),
      value: fc.constantFrom('a', 'thing b', 'mine', 'theirs', ''),
    }),
    fc.record({ field: fc.constant('systemId'), op: fc.constant('in'), value: fc.constant(['mine', 'theirs']) }),
    fc.record({ field: fc.constant('size'), op: fc.constantFrom('eq', 'ne'), value: fc.constantFrom(1, null) }),
  );
  const { where } = fc.letrec<{ where: Where }>((tie) => ({
    where: fc.oneof(
      { maxDepth: 4 },
      comparison as fc.Arbitrary<Where>,
      fc.array(tie('where'), { maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie('where'), { maxLength: 3 }).map((any) => ({ any })),
      tie('where').map((not) => ({ not })),
    ),
  }));

  test('is all that any condition can find, count, change or remove', async () => {
    const before = await rowsOf('theirs');
    await fc.assert(
      fc.asyncProperty(where, fc.record({ systemId: fc.constant('theirs'), size: fc.nat() }), async (any, set) => {
        const found = await mine.find(thingModel, { where: any });
        expect(found.every((row) => (row as unknown as Row).systemId === 'mine')).toBe(true);
        expect(await mine.count(thingModel, {}, any)).toBe(found.length);
        expect(await mine.update(thingModel, {}, set, any)).toBe(found.length);
        await mine.find(thingModel, { where: any, after: { id: 'a', systemId: 'theirs' } as Partial<ThingRow> });
        await mine.remove(thingModel, {}, any);
        expect(await rowsOf('theirs')).toEqual(before);
        for (const id of ['a', 'b', 'c']) await mine.put(thingModel, { id, name: `thing ${id}`, size: 1 });
      }),
    );
  });

  test('marks every row as its own, whatever the row says', async () => {
    const row = { id: 'x', name: 'x', size: 1, systemId: 'theirs' };
    await mine.insert(thingModel, row);
    await mine.put(thingModel, { ...row, name: 'y' });
    expect(await rowsOf('theirs')).toHaveLength(3);
    expect(await mine.one(thingModel, { id: 'x' })).toMatchObject({ name: 'y', systemId: 'mine' });
  });

  test('may use the same keys and unique values as any other', async () => {
    await mine.insert(thingModel, { id: 'd', name: 'thing d', size: 1 });
    await theirs.insert(thingModel, { id: 'd', name: 'thing d', size: 1 });
    const again = mine.insert(thingModel, { id: 'e', name: 'thing d', size: 1 });
    await expect(again).rejects.toMatchObject({ code: 'STORAGE_UNIQUE' });
  });

  test('leaves rows of the server to all', async () => {
    await mine.insert(sharedModel, { id: 'one' });
    expect(await theirs.find(sharedModel)).toEqual([{ id: 'one' }]);
    expect(await theirs.update(sharedModel, { id: 'one' }, { id: 'two' })).toBe(1);
    expect(sharedModel.def).toMatchObject({ key: ['id'] });
    expect(thingModel.def).toMatchObject({
      key: ['systemId', 'id'],
      unique: [['systemId', 'name']],
      indexes: [['systemId', 'size']],
    });
  });

  test('a field that is there but undefined is a mistake, not every row', async () => {
    const forgotten = { id: undefined } as unknown as { id: string };
    await expect((async () => mine.remove(thingModel, forgotten))()).rejects.toThrow('undefined');
    expect(await mine.count(thingModel)).toBe(3);
    expect(await mine.remove(thingModel, { id: [] })).toBe(0);
  });
});

test('conditions are put together', () => {
  const id = { field: 'id', op: 'eq', value: 'a' } as const;
  const size = { field: 'size', op: 'in', value: [1, null] } as const;
  expect(match<ThingRow>({ id: 'a' })).toEqual(id);
  expect(match<ThingRow>({ id: 'a', size: [1, null] })).toEqual({ all: [id, size] });
  expect(match<ThingRow>({})).toEqual({ all: [] });
  expect(and(id, size)).toEqual({ all: [id, size] });
});

test('pages end where there is no more, and cursors name the last of a page', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }));
  expect(pageOf(rows, 3)).toEqual({ rows, cursor: null });
  expect(pageOf([], 3)).toEqual({ rows: [], cursor: null });
  const page = pageOf(rows, 2);
  expect(page.rows).toEqual(rows.slice(0, 2));
  expect(decodeCursor(page.cursor ?? undefined)).toEqual({ id: 'b' });
  expect(decodeCursor(undefined)).toBeUndefined();
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), fc.string(), (id, junk) => {
      expect(decodeCursor(encodeCursor(id))).toEqual({ id });
      try {
        expect(decodeCursor(junk)?.id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_INPUT' });
      }
    }),
  );
});

test('groups keep the order of what they hold', () => {
  const groups = groupBy([1, 2, 3, 4], (value) => value % 2 === 0);
  expect([...groups]).toEqual([
    [false, [1, 3]],
    [true, [2, 4]],
  ]);
});
