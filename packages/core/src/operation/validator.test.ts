import { isRmmError, RmmError } from '@rmm/protocol';
import fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { FilterNode } from '../filter/filter-node.js';
import { Page, Strict } from './schema.js';
import { Validator } from './validator.js';

const validator = new Validator();
const schema = Strict({
  name: Type.String({ minLength: 2 }),
  kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
  'a/b~c': Type.Optional(Type.Integer()),
  inner: Type.Optional(Strict({ list: Type.Array(Type.Integer()) })),
});

function faultOf(run: () => unknown): RmmError {
  try {
    run();
  } catch (error) {
    if (isRmmError(error, 'INVALID_INPUT')) return error;
    throw error;
  }
  throw new Error('Nothing was wrong');
}
type Issues = { readonly path: string; readonly message: string }[];
const issuesIn = (fault: RmmError): Issues => (fault.details?.issues ?? []) as Issues;
const issuesOf = (value: unknown): Issues => issuesIn(faultOf(() => validator.check(schema, value, 'a.b')));

describe('a validator', () => {
  test('names every field that does not fit, by JSON pointer', () => {
    const issues = issuesOf({ name: 'x', inner: { list: [1, 'two', 3.5] }, 'a/b~c': 'z', extra: 1 });
    expect(issues.map(({ path }) => path).sort()).toEqual([
      '/a~1b~0c',
      '/extra',
      '/inner/list/1',
      '/inner/list/2',
      '/name',
    ]);
  });

  test('says what is missing and what is too much, in words', () => {
    const { message } = faultOf(() => validator.check(schema, { extra: 1 }, 'devices.move'));
    expect(message).toBe('devices.move: name is missing; extra is not known here; remove it');
  });

  test('names a few of many faults and keeps no more than a hundred', () => {
    const input = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`field${at}`, at]));
    const fault = faultOf(() => validator.check(schema, input, 'x'));
    expect(fault.message.length).toBeLessThan(400);
    expect(fault.message).toMatch(/and 496 more$/);
    expect(fault.details?.issues).toHaveLength(100);
  });

  test('finds what is in a list twice, however it is written', () => {
    const list = Type.Array(Strict({ kind: Type.String(), id: Type.Integer() }), { uniqueItems: true });
    const items = [
      { kind: 'a', id: 1 },
      { kind: 'a', id: 2 },
      { id: 1, kind: 'a' },
    ];
    const fault = faultOf(() => validator.check(Strict({ list }), { list: items }, 'x'));
    expect(issuesIn(fault)).toEqual([
      { path: '/list', message: 'must NOT have duplicate items (items ## 2 and 0 are identical)' },
    ]);
    expect(() => validator.check(Strict({ list }), { list: items.slice(0, 2) }, 'x')).not.toThrow();
  });

  test('is not kept busy by a list of objects that is much too long', () => {
    const targets = Type.Array(Strict({ id: Type.String() }), { maxItems: 10, uniqueItems: true });
    const input = { targets: Array.from({ length: 40_000 }, (_, at) => ({ id: `a${at}` })) };
    // Comparing each with each takes most of a minute, longer than a test may.
    expect(issuesIn(faultOf(() => validator.check(Strict({ targets }), input, 'x')))).toHaveLength(1);
  });

  test('fills in defaults in a copy; what the caller holds stays as it is', () => {
    const input = { limit: 5 };
    expect(validator.check(Strict(Page), input, 'x')).toEqual({ limit: 5, offset: 0 });
    expect(input).toEqual({ limit: 5 });
  });

  test('gives handlers nothing that the caller can still change', () => {
    const input = { name: 'same', inner: { list: [1] } };
    const checked = validator.check(schema, input, 'x') as typeof input;
    input.inner.list.push(2);
    expect(checked.inner.list).toEqual([1]);
  });

  test.each([
    ['a function', { name: 'ok', inner: () => 1 }],
    ['a symbol', { name: Symbol('x') }],
    ['a big integer', { name: 1n }],
    ['a date', new Date()],
    ['a map', { name: 'ok', inner: new Map() }],
    ['an instance', { name: 'ok', inner: new (class Foo {})() }],
  ])('refuses %s as what JSON cannot hold', (_, input) => {
    expect(issuesOf(input)).toEqual([{ path: '', message: 'must be plain data, as JSON can hold' }]);
  });

  test('refuses what holds itself, and what is nested without end', () => {
    const circle: Record<string, unknown> = { name: 'ok' };
    circle.inner = circle;
    const node = Strict({ filter: FilterNode });
    const round: { all: unknown[] } = { all: [] };
    round.all.push(round);
    let deep: unknown = { all: [] };
    for (let level = 0; level < 50_000; level++) deep = { all: [deep] };
    for (const [of, input] of [
      [schema, circle],
      [node, { filter: round }],
      [node, { filter: deep }],
    ] as const) {
      expect(faultOf(() => validator.check(of, input, 'x')).message).toContain('nested more than 64 deep');
    }
  });

  test('takes a key that would set a prototype for what it is: an unknown field', () => {
    const input: unknown = JSON.parse('{"name":"ok","__proto__":{"polluted":true}}');
    expect(issuesOf(input).map(({ path }) => path)).toEqual(['/__proto__']);
  });

  test('lets no text through that storage could not keep', () => {
    const record = Strict({ words: Type.Record(Type.String(), Type.String()) });
    const at = (input: unknown) =>
      issuesIn(faultOf(() => validator.checkInput(record, input, 'x'))).map(({ path }) => path);
    expect(at({ words: { a: 'x\0y', b: 'fine 😀', c: '\ud83d' } })).toEqual(['/words/a', '/words/c']);
    expect(at({ words: { 'k\0': 'x' } })).toEqual(['/words']);
    expect(validator.check(record, { words: { a: '\0' } }, 'x')).toEqual({ words: { a: '\0' } });
  });

  test('answers anything with the value itself or with INVALID_INPUT', () => {
    const anything = fc.oneof(fc.anything({ withBigInt: true, withDate: true, withSparseArray: true }), fc.jsonValue());
    fc.assert(
      fc.property(anything, (input) => {
        try {
          expect(validator.checkInput(schema, input, 'x')).toEqual(input);
        } catch (error) {
          expect(isRmmError(error, 'INVALID_INPUT')).toBe(true);
        }
      }),
    );
  });
});

test('an error keeps its issues when it travels', () => {
  const error = new RmmError('INVALID_INPUT', 'x', { details: { issues: issuesOf({}) } });
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    code: 'INVALID_INPUT',
    details: { issues: [{ path: '/name' }] },
  });
});
