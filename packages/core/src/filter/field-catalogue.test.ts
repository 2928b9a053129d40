import { isRmmError } from '@rmm/protocol';
import { describe, expect, test } from 'vitest';
import { CORE_FIELDS } from './core-fields.js';
import { FieldCatalogue } from './field-catalogue.js';
import type { FieldDef } from './field-def.js';

const field = (change: Partial<FieldDef> = {}): FieldDef => ({
  id: 'backup.state',
  label: 'Backup state',
  group: 'Backup',
  type: 'string',
  ...change,
});

test('holds the fields of core and of plugins in their order', () => {
  const catalogue = new FieldCatalogue(CORE_FIELDS);
  catalogue.register([field()]);
  expect(catalogue.get('backup.state')?.label).toBe('Backup state');
  expect(catalogue.list().map(({ id }) => id)).toEqual([...CORE_FIELDS.map(({ id }) => id), 'backup.state']);
  expect(catalogue.lists()).toEqual(['software']);
  expect(catalogue.fieldsOf('software')?.map(({ id }) => id)).toEqual(['software.name', 'software.version']);
  expect(catalogue.fieldsOf('network.ip')?.map(({ id }) => id)).toEqual(['network.ip']);
  expect(catalogue.fieldsOf('device.hostname')).toBeUndefined();
});

describe('refuses', () => {
  test.each<[string, Partial<FieldDef>]>([
    ['an id without a dot', { id: 'backup' }],
    ['an id with a capital first letter', { id: 'Backup.state' }],
    ['an id with blanks', { id: 'backup.last run' }],
    ['no label', { label: ' ' }],
    ['no group', { group: '' }],
    ['an unknown type', { type: 'text' as FieldDef['type'] }],
    ['several booleans', { type: 'boolean', multi: true }],
    ['favourites that are no boolean', { source: 'favourites' }],
    ['a list that the id does not begin with', { list: 'job' }],
    ['a list with a dot', { id: 'backup.job.state', list: 'backup.job' }],
    ['several values in a record', { list: 'backup', multi: true }],
    ['favourites in a record', { list: 'backup', type: 'boolean', source: 'favourites' }],
    ['the reserved key of a record', { id: 'backup.scheme', list: 'backup' }],
  ])('%s', (_, change) => {
    expect(() => new FieldCatalogue([field(change)])).toThrowError(
      expect.objectContaining({
        code: 'PLUGIN_INVALID',
        message: expect.stringContaining(change.id ?? 'backup.state'),
      }),
    );
  });

  test('a second declaration, and then takes none of the batch', () => {
    const catalogue = new FieldCatalogue([field()]);
    try {
      catalogue.register([field({ id: 'backup.other' }), field()]);
      expect.unreachable();
    } catch (error) {
      expect(isRmmError(error, 'PLUGIN_INVALID')).toBe(true);
    }
    expect(catalogue.get('backup.other')).toBeUndefined();
  });
});
