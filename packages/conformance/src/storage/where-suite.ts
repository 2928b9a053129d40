import type { Comparison, Row, Where } from '@rmm/core/ports';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowOf, whereOf } from './arbitraries.js';
import { DEFAULT_RUNS, type StorageConformanceOptions, useStorage } from './harness.js';
import { sample, sampleRow } from './models.js';
import { matches } from './reference.js';

const ROWS = 150;

/** Every condition selects what the reference selects. */
export function whereSuite(options: StorageConformanceOptions): void {
  describe('conditions', () => {
    const storage = useStorage(options, [sample]);
    let rows: readonly Row[] = [];

    beforeAll(async () => {
      const arbitrary = fc.tuple(...Array.from({ length: ROWS }, (_, i) => rowOf(sample, `row${i}`)));
      [rows = []] = fc.sample(arbitrary, { numRuns: 1, seed: 7 });
      await storage().insert('sampleRow', rows);
    });

    const idsOf = (found: readonly Row[]) => found.map((row) => String(row.id)).sort();
    const expectSame = async (where: Where) => {
      const expected = rows.filter((row) => matches(row, where));
      const found = await storage().find('sampleRow', { where, fields: ['id'] });
      expect(idsOf(found), JSON.stringify(where)).toEqual(idsOf(expected));
      expect(await storage().count('sampleRow', where)).toBe(expected.length);
    };

    test('select as the reference does', async () => {
      await fc.assert(fc.asyncProperty(whereOf(sample), expectSame), { numRuns: 3 * (options.runs ?? DEFAULT_RUNS) });
    });

    test('treat null as an ordinary value', async () => {
      const on = (op: Comparison['op'], value: Comparison['value']): Where => ({ field: 'text', op, value });
      const conditions = [
        ...[on('eq', null), on('ne', null), on('ne', 'a'), on('in', [null]), on('in', [null, 'a']), on('in', ['a'])],
        ...[on('in', []), on('lt', null), on('gte', null), on('lt', 'b'), on('prefix', ''), on('prefix', 'a')],
      ];
      for (const where of conditions) {
        await expectSame(where);
        await expectSame({ not: where });
        await expectSame({ not: { all: [where, { not: { any: [where] } }] } });
      }
      await expectSame({ field: 'mustText', op: 'eq', value: null });
      await expectSame({ field: 'mustText', op: 'ne', value: null });
      await expectSame({ field: 'mustText', op: 'in', value: [null, 'a'] });
    });

    test('without parts are all or none', async () => {
      for (const where of [{ all: [] }, { any: [] }, { not: { all: [] } }, { not: { any: [] } }])
        await expectSame(where);
      expect(await storage().count('sampleRow')).toBe(rows.length);
    });

    test('take the prefix literally', async () => {
      for (const value of ['%', '_', '*', '\\', 'a\u{10ffff}', '\ud7ff', '\u{10ffff}', '\u{10ffff}\u{10ffff}']) {
        await expectSame({ field: 'mustText', op: 'prefix', value });
        await expectSame({ not: { field: 'text', op: 'prefix', value } });
      }
    });

    test('take lists of thousands', async () => {
      const texts = rows.slice(0, 20).map((row) => String(row.mustText));
      const others = Array.from({ length: 20_000 }, (_, i) => `no such text ${i}`);
      await expectSame({ field: 'mustText', op: 'in', value: [...others, ...texts] });
      await expectSame({ not: { field: 'text', op: 'in', value: [...texts, ...others, null] } });
      const counts = rows.slice(0, 5).map((row) => Number(row.mustCount));
      await expectSame({ field: 'mustCount', op: 'in', value: [...counts, ...Array.from(others, (_, i) => i + 100)] });
      const ratios = rows.slice(0, 5).map((row) => Number(row.mustRatio));
      await expectSame({ field: 'mustRatio', op: 'in', value: [...ratios, ...Array.from(others, (_, i) => i + 0.7)] });
      await expectSame({ field: 'mustFlag', op: 'in', value: [true] });
    });

    test('find every real number in a list, to the last bit', async () => {
      const real = fc.double({ noNaN: true, noDefaultInfinity: true });
      const numbers = [...new Set(fc.sample(real, { numRuns: 300, seed: 3 }).map((n) => n + 0))];
      await storage().transaction(async (tx) => {
        const added = numbers.map((mustRatio, i) => ({ ...sampleRow(`real${i}`), mustRatio }));
        await tx.insert('sampleRow', added);
        const listed: Where = { field: 'mustRatio', op: 'in', value: numbers };
        expect(await tx.count('sampleRow', { all: [{ field: 'id', op: 'prefix', value: 'real' }, listed] })).toBe(
          numbers.length,
        );
        await tx.remove('sampleRow', { field: 'id', op: 'prefix', value: 'real' });
      });
    });

    test('may have thousands of parts', async () => {
      const any = Array.from({ length: 3000 }, (_, i): Where => ({ field: 'id', op: 'eq', value: `row${i}` }));
      await expectSame({ any });
      await expectSame({ all: any.map((part) => ({ not: part })) });
    });
  });
}
