import type { ModelDef } from '@rmm/core/ports';
import { describe, expect, test } from 'vitest';
import { errorOf, type StorageConformanceOptions, withPlace } from './harness.js';
import { counter, member } from './models.js';

/** Tables grow by addition only, and data of a newer version is refused. */
export function migrationSuite(options: StorageConformanceOptions): void {
  describe('migration', () => {
    const row = { name: 'a', group: 'g', value: 1 };
    const newer: ModelDef = {
      ...counter,
      fields: {
        ...counter.fields,
        addedLater: { type: 'string', nullable: true },
        ratio: { type: 'real', nullable: true },
      },
      indexes: [...(counter.indexes ?? []), ['group', 'addedLater']],
      unique: [['group', 'ratio']],
    };

    test('is idempotent, and adds models, fields and indexes', async () => {
      await withPlace(options, async (open) => {
        const storage = await open();
        await storage.migrate([counter]);
        await storage.insert('counter', [row]);
        await storage.migrate([counter]);
        await storage.migrate([newer, member]);
        expect(await storage.find('counter')).toEqual([{ ...row, addedLater: null, ratio: null }]);
        await storage.update('counter', { all: [] }, { addedLater: 'x', ratio: 0.5 });
        await storage.insert('member', [{ systemId: 's', name: 'n' }]);
        await storage.close();
        const again = await open();
        await again.migrate([member, newer]);
        expect(await again.find('counter')).toEqual([{ ...row, addedLater: 'x', ratio: 0.5 }]);
        await expect(again.insert('counter', [{ ...row, name: 'b', ratio: 0.5 }])).rejects.toMatchObject(
          errorOf('STORAGE_UNIQUE'),
        );
        expect(await again.count('member')).toBe(1);
      });
    });

    test('refuses data of a newer version, and leaves it as it is', async () => {
      await withPlace(options, async (open) => {
        const storage = await open();
        await storage.migrate([newer]);
        await storage.insert('counter', [{ ...row, addedLater: 'precious' }]);
        await storage.close();
        const older = await open();
        await expect(older.migrate([member, counter])).rejects.toMatchObject(errorOf('STORAGE_INCOMPATIBLE'));
        await older.close();
        const again = await open();
        await again.migrate([newer]);
        expect(await again.find('counter')).toEqual([{ ...row, addedLater: 'precious', ratio: null }]);
      });
    });

    const changed: [string, ModelDef][] = [
      ['another type', { ...counter, fields: { ...counter.fields, value: { type: 'real' } } }],
      ['a field now nullable', { ...counter, fields: { ...counter.fields, value: { type: 'int', nullable: true } } }],
      ['a required field more', { ...counter, fields: { ...counter.fields, more: { type: 'int' } } }],
      ['another key', { ...counter, key: ['name', 'group'] }],
    ];

    test.each(changed)('refuses %s', async (_, model) => {
      await withPlace(options, async (open) => {
        const storage = await open();
        await storage.migrate([counter]);
        await expect(storage.migrate([model])).rejects.toMatchObject(errorOf('STORAGE_INCOMPATIBLE'));
        await storage.insert('counter', [row]);
        expect(await storage.count('counter')).toBe(1);
      });
    });

    const field = { type: 'string' } as const;
    const malformed: [string, ModelDef][] = [
      ['a table name with a quote', { name: 'a"; drop', fields: { id: field }, key: ['id'] }],
      ['an upper-case name', { name: 'Model', fields: { id: field }, key: ['id'] }],
      ['a field name with a space', { name: 'model', fields: { 'a b': field }, key: ['a b'] }],
      ['a field that every object has', { name: 'model', fields: { toString: field }, key: ['toString'] }],
      ['no key', { name: 'model', fields: { id: field }, key: [] }],
      ['a key of an unknown field', { name: 'model', fields: { id: field }, key: ['di'] }],
      ['a nullable key', { name: 'model', fields: { id: { ...field, nullable: true } }, key: ['id'] }],
      [
        'an index of json',
        { name: 'model', fields: { id: field, x: { type: 'json' } }, key: ['id'], indexes: [['x']] },
      ],
      ['a name too long', { name: `m${'x'.repeat(70)}`, fields: { id: field }, key: ['id'] }],
    ];

    test.each(malformed)('refuses a model with %s', async (_, model) => {
      await withPlace(options, async (open) => {
        await expect((await open()).migrate([model])).rejects.toMatchObject(errorOf('PLUGIN_INVALID'));
      });
    });

    test('takes names that differ in case only, and words that SQL reserves', async () => {
      await withPlace(options, async (open) => {
        const storage = await open();
        const fields = { select: field, fooBar: field, foobar: field, order: field };
        await storage.migrate([
          { name: 'groupBy', fields, key: ['select'] },
          { name: 'groupby', fields, key: ['select'] },
        ]);
        const stored = { select: '1', fooBar: '2', foobar: '3', order: '4' };
        await storage.insert('groupBy', [stored]);
        expect(await storage.find('groupBy', { order: [{ field: 'order' }] })).toEqual([stored]);
        expect(await storage.count('groupby')).toBe(0);
      });
    });
  });
}
