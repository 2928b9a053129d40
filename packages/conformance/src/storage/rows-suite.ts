import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowOf } from './arbitraries.js';
import { DEFAULT_RUNS, errorOf, type StorageConformanceOptions, useStorage } from './harness.js';
import { counter, member, sample, sampleRow } from './models.js';

const byId = (id: string) => ({ where: { field: 'id', op: 'eq', value: id } }) as const;

/** Rows come back as they went in; insert, put, update, remove and count do what they say. */
export function rowsSuite(options: StorageConformanceOptions): void {
  describe('rows', () => {
    const storage = useStorage(options, [sample, member, counter]);

    test('come back as they went in', async () => {
      let n = 0;
      await fc.assert(
        fc.asyncProperty(rowOf(sample, ''), async (generated) => {
          const id = `random${n++}`;
          const row = JSON.parse(JSON.stringify({ ...generated, id }));
          await storage().insert('sampleRow', [row]);
          expect(await storage().find('sampleRow', byId(id))).toEqual([row]);
        }),
        { numRuns: options.runs ?? DEFAULT_RUNS },
      );
    });

    test('keep extreme values', async () => {
      const row = {
        id: 'extreme',
        text: `\u{10ffff} \ud7ff\ue000 é e\u0301 ${'x'.repeat(1000)}`,
        count: Number.MAX_SAFE_INTEGER,
        ratio: 5e-324,
        flag: false,
        at: -62_135_596_800_000,
        data: { nested: [null, true, '\0', '\ud800', 1e-7, { '': [] }], z: 1, a: 2 },
        mustText: ' \t\r\n\u0001\u007f',
        mustCount: Number.MIN_SAFE_INTEGER,
        mustRatio: Number.MAX_VALUE,
        mustFlag: true,
        mustAt: 8_640_000_000_000_000,
        mustData: 'x'.repeat(300_000),
      };
      await storage().insert('sampleRow', [row]);
      const [found] = await storage().find('sampleRow', byId('extreme'));
      expect(found).toEqual(row);
      expect(Object.keys(found?.data ?? {})).toEqual(['nested', 'z', 'a']);
    });

    test('hold null where a nullable field is absent, and 0 for −0', async () => {
      await storage().insert('sampleRow', [{ ...sampleRow('absent'), text: undefined, mustRatio: -0, mustCount: -0 }]);
      const [found] = await storage().find('sampleRow', byId('absent'));
      const absent = { text: null, count: null, ratio: null, flag: null, at: null, data: null };
      expect(found).toStrictEqual({ ...sampleRow('absent'), ...absent });
      expect(Object.is(found?.mustRatio, 0)).toBe(true);
    });

    test('are found with the fields asked for only', async () => {
      await storage().insert('sampleRow', [{ ...sampleRow('fields'), count: 3 }]);
      const query = byId('fields');
      expect(await storage().find('sampleRow', { ...query, fields: ['count', 'id'] })).toStrictEqual([
        { count: 3, id: 'fields' },
      ]);
      expect(await storage().find('sampleRow', { ...query, fields: [] })).toStrictEqual([{}]);
    });

    test('are added in thousands, all or none', async () => {
      const rows = Array.from({ length: 5000 }, (_, i) => ({ name: `bulk${i}`, group: 'bulk', value: i }));
      await storage().insert('counter', rows);
      const bulk = { field: 'group', op: 'eq', value: 'bulk' } as const;
      expect(await storage().count('counter', bulk)).toBe(5000);
      const clash = rows.map((row, i) => ({ ...row, name: i === 4000 ? row.name : `again${i}` }));
      await expect(storage().insert('counter', clash)).rejects.toMatchObject(errorOf('STORAGE_UNIQUE'));
      expect(await storage().count('counter', bulk)).toBe(5000);
      expect(await storage().remove('counter', bulk)).toBe(5000);
    });

    test('may be none', async () => {
      await storage().insert('counter', []);
      await storage().put('counter', []);
      expect(await storage().count('counter', { any: [] })).toBe(0);
    });

    test('are replaced by put, whole', async () => {
      await storage().put('member', [{ systemId: 's', name: 'a', email: 'a@x', age: 1 }]);
      await storage().put('member', [
        { systemId: 's', name: 'a', age: 2 },
        { systemId: 's', name: 'b', age: 3 },
        { systemId: 's', name: 'b', age: 4 },
      ]);
      expect(await storage().find('member', { where: { field: 'systemId', op: 'eq', value: 's' } })).toEqual([
        { systemId: 's', name: 'a', email: null, age: 2 },
        { systemId: 's', name: 'b', email: null, age: 4 },
      ]);
    });

    test('are changed and removed by condition, and counted', async () => {
      const group = { field: 'group', op: 'eq', value: 'changed' } as const;
      await storage().insert('counter', [
        { name: 'c1', group: 'changed', value: 1 },
        { name: 'c2', group: 'changed', value: 2 },
        { name: 'c3', group: 'changed', value: 3 },
      ]);
      const two = { all: [group, { field: 'value', op: 'gte', value: 2 }] } as const;
      expect(await storage().update('counter', two, { value: 9 })).toBe(2);
      expect(await storage().update('counter', group, {})).toBe(3);
      expect(await storage().update('counter', { any: [] }, { value: 0 })).toBe(0);
      expect((await storage().find('counter', { where: group })).map((row) => row.value)).toEqual([1, 9, 9]);
      expect(await storage().remove('counter', { all: [group, { field: 'value', op: 'eq', value: 9 }] })).toBe(2);
      expect(await storage().count('counter', group)).toBe(1);
    });

    test('that changed nothing still count as matched', async () => {
      await storage().insert('counter', [{ name: 'same', group: 'same', value: 1 }]);
      expect(await storage().update('counter', { field: 'group', op: 'eq', value: 'same' }, { value: 1 })).toBe(1);
    });
  });
}
