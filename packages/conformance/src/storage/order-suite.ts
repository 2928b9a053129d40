import type { FindOptions, Order, Row } from '@rmm/core/ports';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { orderOf, rowOf, whereOf } from './arbitraries.js';
import { DEFAULT_RUNS, type StorageConformanceOptions, useStorage } from './harness.js';
import { sample } from './models.js';
import { matches, sorted } from './reference.js';

const ROWS = 60;

/** The order is the reference's, total, and can be walked page by page. */
export function orderSuite(options: StorageConformanceOptions): void {
  describe('order and pages', () => {
    const storage = useStorage(options, [sample]);
    const runs = options.runs ?? DEFAULT_RUNS;
    let rows: readonly Row[] = [];

    beforeAll(async () => {
      const arbitrary = fc.tuple(...Array.from({ length: ROWS }, (_, i) => rowOf(sample, `row${i}`)));
      [rows = []] = fc.sample(arbitrary, { numRuns: 1, seed: 11 });
      await storage().insert('sampleRow', rows);
    });

    const ids = (found: readonly Row[]) => found.map((row) => row.id);

    test('sort as the reference does, nulls least, text by code point', async () => {
      await fc.assert(
        fc.asyncProperty(orderOf(sample), fc.option(fc.nat(ROWS + 5)), async (order, limit) => {
          const expected = ids(sorted(rows, order, sample));
          const found = await storage().find('sampleRow', { order, ...(limit !== null && { limit }), fields: ['id'] });
          expect(ids(found)).toEqual(expected.slice(0, limit ?? rows.length));
        }),
        { numRuns: runs },
      );
    });

    test('give every row once, page by page, in order', async () => {
      await fc.assert(
        fc.asyncProperty(
          orderOf(sample),
          whereOf(sample),
          fc.integer({ min: 5, max: 30 }),
          async (order, where, limit) => {
            const matching = rows.filter((row) => matches(row, where));
            expect(ids(await walk({ order, where, limit }))).toEqual(ids(sorted(matching, order, sample)));
          },
        ),
        { numRuns: runs },
      );
    });

    async function walk(query: FindOptions): Promise<Row[]> {
      const seen: Row[] = [];
      for (;;) {
        const last = seen.at(-1);
        const page = await storage().find('sampleRow', { ...query, ...(last && { after: last }) });
        if (page.length === 0) return seen;
        seen.push(...page);
        if (seen.length > rows.length) throw new Error('A row came twice.');
      }
    }

    test('page by an order that names the key first', async () => {
      const order: Order[] = [{ field: 'id', dir: 'desc' }, { field: 'text' }];
      expect(ids(await walk({ order, limit: 7 }))).toEqual(ids(sorted(rows, order, sample)));
    });

    test('go on after a row that is gone, given its order and key fields', async () => {
      const order: Order[] = [{ field: 'mustCount' }];
      const expected = sorted([...rows, { id: 'row3x', mustCount: 0 }], order, sample);
      const place = expected.findIndex((row) => row.id === 'row3x');
      const found = await storage().find('sampleRow', { order, after: { id: 'row3x', mustCount: 0 } });
      expect(ids(found)).toEqual(ids(expected.slice(place + 1)));
    });
  });
}
