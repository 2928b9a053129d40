import { expect, test } from 'vitest';
import { checkItem, checkSettings } from './check-settings.js';
import { describeItem, describeSetting } from './describe-setting.js';
import { JsonDraft } from './json-draft.js';
import { listChange } from './list-change.js';
import { newObject, withId, withVariant } from './new-object.js';
import { parsePlain, printPlain } from './plain-value.js';
import { pruned } from './policy-draft.js';
import { readSchema } from './read-schema.js';
import { type FieldOf, fieldsWith, isRecord, type SettingField } from './setting-field.js';

const one = (schema: object): SettingField => {
  const [field] = readSchema({ type: 'object', properties: { it: schema } });
  if (!field) throw new Error('no field');
  return field;
};
function as<Kind extends SettingField['kind']>(field: SettingField | undefined, kind: Kind): FieldOf<Kind> {
  if (field?.kind !== kind) throw new Error(`not ${kind} but ${field?.kind}`);
  return field as FieldOf<Kind>;
}

test.each([
  [{ type: 'boolean' }, 'switch'],
  [{ type: 'string', enum: ['a', 'b'] }, 'choice'],
  [{ anyOf: [{ const: 'a' }, { const: 'b', title: 'Bee' }] }, 'choice'],
  [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'number'],
  [{ type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }, 'time'],
  [{ type: 'string', format: 'time' }, 'time'],
  [{ type: 'string', pattern: '^\\d+$' }, 'text'],
  [{ type: 'array', items: { type: 'string', enum: ['mon', 'tue'] } }, 'many'],
  [{ type: 'array', items: { type: 'string' } }, 'lines'],
  [{ type: 'array', items: { type: 'object', properties: {} } }, 'items'],
  [{ allOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: { type: 'string' } } }] }, 'group'],
  [{ type: 'object', patternProperties: { '^.*$': {} } }, 'pairs'],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'plain'],
  [{ anyOf: [{ type: 'object', properties: { a: {} } }, { type: 'array' }] }, 'json'],
  [{ type: 'array', items: { type: 'array' } }, 'json'],
  [{ $ref: '#/elsewhere' }, 'json'],
  [{}, 'json'],
] as const)('%j is edited as %s', (schema, kind) => {
  expect(one(schema).kind).toBe(kind);
});

test('names, units and bounds come out of the schema', () => {
  expect(one({ type: 'integer', title: 'Delay', description: 'Until then', unit: 'ticks' })).toMatchObject({
    label: 'Delay',
    hint: 'Until then',
    unit: 'ticks',
  });
  const [sleep] = readSchema({ properties: { sleepMinutesOnBattery: { type: 'integer', minimum: 0, maximum: 1440 } } });
  expect(sleep).toMatchObject({ kind: 'number', unit: 'minutes', min: 0, max: 1440 });
  expect(one({ type: 'integer', exclusiveMinimum: 0 })).toMatchObject({ min: 1 });
  const [untitled] = readSchema({ properties: { cpuLimit: { enum: ['service-only'] } } });
  expect(untitled).toMatchObject({ label: 'CPU limit', choices: [{ value: 'service-only', label: 'Service only' }] });
});

const SHAPES = one({
  type: 'array',
  maxItems: 2,
  items: {
    anyOf: [
      {
        type: 'object',
        title: 'Disk',
        required: ['id', 'type', 'free'],
        properties: {
          id: { type: 'string' },
          type: { const: 'disk' },
          name: { type: 'string' },
          free: { type: 'number' },
        },
      },
      {
        type: 'object',
        required: ['type'],
        properties: { type: { const: 'process' }, name: { type: 'string' }, path: { type: 'string', default: '/bin' } },
      },
    ],
  },
});

test('a union of objects is a choice of forms, told apart by the constant', () => {
  const { variants } = as(SHAPES, 'items');
  expect(variants.map(({ label, tag }) => [label, tag?.value])).toEqual([
    ['Disk', 'disk'],
    ['Process', 'process'],
  ]);
  const [disk, process] = variants;
  expect(disk?.fields.map(({ name }) => name)).toEqual(['name', 'free']);
  expect(newObject(variants, process)).toEqual({ type: 'process', path: '/bin' });
  if (!process) throw new Error('no form');
  expect(withVariant({ type: 'disk', name: 'x', free: 3 }, variants, process)).toEqual({
    type: 'process',
    name: 'x',
    path: '/bin',
  });
  expect(checkItem(variants, { type: 'disk' })).toEqual(new Map([['/free', 'Fill this in.']]));
  expect(checkItem(variants, { type: 'process' }).size).toBe(0);
});

test('entries get an id out of their title that no other has', () => {
  const [disk] = as(SHAPES, 'items').variants;
  expect(withId({ name: 'Disk full!' }, disk, 'Disk full!', [])).toMatchObject({ id: 'disk-full' });
  const second = withId({}, disk, 'Disk full', [{ id: 'disk-full' }]);
  expect(second.id).toMatch(/^disk-full-[0-9a-f]{8}$/);
  expect(withId({ id: 'mine' }, disk, 'Other', [])).toEqual({ id: 'mine' });
});

const rule = (field: object, type: string) => ({
  if: { properties: { field } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties: { term: { type } } },
});

test('a field takes the shape that the values of others ask for', () => {
  const { variants } = as(
    one({
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'term'],
        properties: { field: { enum: ['title', 'age'] }, term: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
        allOf: [rule({ enum: ['title'] }, 'string'), rule({ const: 'age' }, 'number')],
      },
    }),
    'items',
  );
  const [variant] = variants;
  if (!variant) throw new Error('no form');
  const kinds = (field?: string) => fieldsWith(variant, { field }).map(({ name, kind }) => `${name} ${kind}`);
  expect(kinds()).toEqual(['field choice', 'term plain']);
  expect(kinds('title')).toEqual(['field choice', 'term text']);
  expect(kinds('age')).toEqual(['field choice', 'term number']);
  expect(checkItem(variants, { field: 'age', term: 'old' })).toEqual(new Map([['/term', 'Write a number.']]));
});

test.each([
  [{ type: 'integer' }, 1.5, 'Write a whole number.'],
  [{ type: 'number' }, 'much', 'Write a number.'],
  [{ type: 'integer', minimum: 15, unit: 'minutes' }, 3, '15 minutes at least.'],
  [{ type: 'integer', maximum: 5 }, 6, '5 at most.'],
  [{ type: 'number', multipleOf: 0.1 }, 0.25, 'A multiple of 0.1.'],
  [{ type: 'string', maxLength: 2 }, 'abc', '2 characters at most.'],
  [{ type: 'string', format: 'uri' }, 'nowhere', 'Write a web address, as in https://example.com.'],
  [{ type: 'string', format: 'time' }, '25:00', 'Write a time, as in 22:30.'],
  [{ enum: ['a'] }, 'b', 'Choose one.'],
  [{ type: 'array', items: { type: 'string', format: 'email' } }, ['x'], '“x”: Write an e-mail address.'],
  [{ type: 'array', minItems: 1, items: { type: 'object', properties: {} } }, [], 'Add 1 more entry.'],
  [{ $ref: 'x' }, new JsonDraft('{'), /^This is not JSON/],
] as const)('%j refuses %j', (schema, value, problem) => {
  const field = one(schema);
  const problems = checkSettings([field], { it: value });
  expect([...problems.keys()]).toEqual(['/it']);
  expect(problems.get('/it')).toMatch(problem);
  expect(checkSettings([field], {}).size).toBe(0);
});

test('only what is set is saved', () => {
  const settings = {
    on: false,
    off: undefined,
    text: '',
    zero: 0,
    list: [{ a: '', b: 1 }],
    json: new JsonDraft('[1]'),
  };
  expect(pruned(settings)).toEqual({ on: false, zero: 0, list: [{ b: 1 }], json: [1] });
});

test('values in words', () => {
  expect(describeSetting(one({ type: 'boolean' }), false)).toBe('Off');
  expect(describeSetting(one({ type: 'integer', unit: '%' }), 10)).toBe('10%');
  expect(describeSetting(one({ type: 'array', items: { enum: ['monday', 'friday'] } }), ['monday', 'friday'])).toBe(
    'Monday, Friday',
  );
  expect(describeSetting(one({ type: 'string' }), undefined)).toBe('not set');
  expect(describeSetting(undefined, { a: 1 })).toBe('{"a":1}');
  expect(describeItem(as(SHAPES, 'items'), { type: 'disk', free: 5 })).toBe('Disk: Free: 5');
});

test('of lists, what came and went and changed', () => {
  const change = listChange(
    [
      { id: 'a', v: 1 },
      { id: 'b', v: 1 },
      { id: 'c', v: 1 },
    ],
    [
      { id: 'a', v: 1 },
      { id: 'b', v: 2 },
      { id: 'd', v: 1 },
    ],
  );
  expect(change).toEqual({
    added: [{ id: 'd', v: 1 }],
    removed: [{ id: 'c', v: 1 }],
    changed: [{ before: { id: 'b', v: 1 }, after: { id: 'b', v: 2 } }],
  });
  expect(listChange(undefined, ['x'])).toMatchObject({ added: ['x'], removed: [] });
});

test.each([
  ['90', 90],
  ['true', true],
  ['C:', 'C:'],
  ['"90"', '90'],
])('%s typed is %j', (typed, value) => {
  expect(parsePlain(typed)).toBe(value);
  expect(printPlain(value)).toBe(typed);
});

test('an object of no known form has none', () => {
  expect(isRecord([])).toBe(false);
  expect(readSchema('nonsense')).toEqual([]);
});
