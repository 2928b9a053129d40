import type { FindOptions, Row, Where } from '@rmm/core/ports';
import { describe, expect, test } from 'vitest';
import { errorOf, type StorageConformanceOptions, useStorage } from './harness.js';
import { counter, sample, sampleRow } from './models.js';

/** Junk is refused before it reaches the data, with an error that names the field. */
export function inputSuite(options: StorageConformanceOptions): void {
  describe('junk', () => {
    const storage = useStorage(options, [sample, counter]);
    const invalid = errorOf('INVALID_INPUT');
    /** Junk comes from programs that no compiler checked. */
    const junk = <T>(value: unknown) => value as T;

    const badRows: [string, Record<string, unknown>][] = [
      ['a text for a number', { count: '1' }],
      ['a fraction for an integer', { count: 1.5 }],
      ['an integer beyond 2^53', { mustCount: 2 ** 53 }],
      ['a bigint', { count: 1n }],
      ['NaN', { ratio: Number.NaN }],
      ['infinity', { mustRatio: Number.POSITIVE_INFINITY }],
      ['a Date for a time', { at: new Date(0) }],
      ['a number for a flag', { flag: 1 }],
      ['a number for a text', { text: 1 }],
      ['NUL in a text', { mustText: 'a\0b' }],
      ['half a surrogate pair', { text: 'a\ud800b' }],
      ['a text too long for its index', { text: 'x'.repeat(3000) }],
      ['null where a value must be', { mustFlag: null }],
      ['no value where one must be', { mustText: undefined }],
      ['null in a required json field', { mustData: null }],
      ['what JSON cannot say', { data: 1n }],
      ['a function', { data: () => 1 }],
      ['a field that the model has not', { constructor: 'x' }],
      ['another unknown field', { txet: 'x' }],
    ];

    test.each(badRows)('in a row: %s', async (_, fields) => {
      const row = { ...sampleRow('bad'), ...fields };
      await expect(storage().insert('sampleRow', [sampleRow('good'), row])).rejects.toMatchObject(invalid);
      await expect(storage().put('sampleRow', [row])).rejects.toMatchObject(invalid);
      if (Object.values(fields)[0] !== undefined) {
        await expect(storage().update('sampleRow', { all: [] }, fields)).rejects.toMatchObject(invalid);
        await expect(storage().claim('sampleRow', { all: [] }, fields, { limit: 1 })).rejects.toMatchObject(invalid);
      }
      expect(await storage().count('sampleRow')).toBe(0);
    });

    test('a circle in json', async () => {
      const data: Record<string, unknown> = {};
      data.self = data;
      await expect(storage().insert('sampleRow', [{ ...sampleRow('circle'), data }])).rejects.toMatchObject(invalid);
    });

    const badWheres: [string, unknown][] = [
      ['an unknown field', { field: 'txet', op: 'eq', value: 'x' }],
      ['an inherited name as field', { field: '__proto__', op: 'eq', value: 'x' }],
      ['an unknown operator', { field: 'text', op: 'like', value: 'x' }],
      ['an inherited name as operator', { field: 'text', op: 'constructor', value: 'x' }],
      ['a value of another type', { field: 'count', op: 'lt', value: 'x' }],
      ['one value for a list', { field: 'text', op: 'in', value: 'x' }],
      ['a list for one value', { field: 'text', op: 'eq', value: ['x'] }],
      ['a wrong value in a list', { field: 'count', op: 'in', value: [1, '2'] }],
      ['no value', { field: 'text', op: 'eq' }],
      ['a prefix of a number', { field: 'count', op: 'prefix', value: 1 }],
      ['a prefix that is none', { field: 'text', op: 'prefix', value: null }],
      ['a comparison of json', { field: 'data', op: 'eq', value: null }],
      ['SQL for a field', { field: 'id" = "id', op: 'eq', value: '' }],
      ['nothing', {}],
      ['null', null],
      ['a text', 'id = 1'],
      ['all of no list', { all: {} }],
      ['not of nothing', { not: undefined }],
      ['junk deep inside', { all: [{ any: [{ not: { field: 'x', op: 'eq', value: 1 } }] }] }],
    ];

    test.each(badWheres)('in a condition: %s', async (_, where) => {
      await expect(storage().find('sampleRow', { where: junk<Where>(where) })).rejects.toMatchObject(invalid);
      if (where === undefined) return;
      await expect(storage().count('sampleRow', junk<Where>(where))).rejects.toMatchObject(invalid);
      await expect(storage().remove('sampleRow', junk<Where>(where))).rejects.toMatchObject(invalid);
      await expect(storage().update('sampleRow', junk<Where>(where), { count: 1 })).rejects.toMatchObject(invalid);
    });

    test('a condition nested without end', async () => {
      let where: Where = { all: [] };
      for (let i = 0; i < 100_000; i++) where = { not: where };
      await expect(storage().count('sampleRow', where)).rejects.toMatchObject(invalid);
    });

    const badQueries: [string, unknown][] = [
      ['a negative limit', { limit: -1 }],
      ['a fractional limit', { limit: 1.5 }],
      ['a limit of text', { limit: '1' }],
      ['an unknown field', { fields: ['id', 'txet'] }],
      ['an order by json', { order: [{ field: 'data' }] }],
      ['an order by nothing', { order: [{ field: 'txet' }] }],
      ['an order upwards', { order: [{ field: 'text', dir: 'up' }] }],
      ['a page after a row without key', { after: { text: 'x' } }],
      ['a page after a row without order field', { order: [{ field: 'text' }], after: { id: 'x' } }],
      ['a page after a row of wrong values', { after: { id: 1 } }],
    ];

    test.each(badQueries)('in a search: %s', async (_, query) => {
      await expect(storage().find('sampleRow', junk<FindOptions>(query))).rejects.toMatchObject(invalid);
    });

    test('an unknown model', async () => {
      for (const model of ['nothing', '', '__proto__', 'sampleRow"']) {
        await expect(storage().find(model)).rejects.toMatchObject(invalid);
        await expect(storage().insert(model, [junk<Row>({ id: 1 })])).rejects.toMatchObject(invalid);
      }
    });

    test('values that look like SQL are only values', async () => {
      const name = `'; drop table rmm_counter; -- " \\ $1 ? %`;
      await storage().insert('counter', [{ name, group: name, value: 1 }]);
      expect(await storage().count('counter', { field: 'group', op: 'eq', value: name })).toBe(1);
      expect(await storage().count('counter', { field: 'group', op: 'in', value: [name, '{"}'] })).toBe(1);
    });
  });
}
