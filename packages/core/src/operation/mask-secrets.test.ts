import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { maskSecrets } from './mask-secrets.js';
import { Nullable, Script, Secret, Strict } from './schema.js';

const MASK = '••••';
const secret = Secret();

describe('masking', () => {
  test.each<[string, TSchema, unknown, unknown]>([
    ['a field', Strict({ a: secret, b: Type.String() }), { a: 'x', b: 'y' }, { a: MASK, b: 'y' }],
    ['a field inside a field', Strict({ a: Strict({ b: secret }) }), { a: { b: 'x' } }, { a: { b: MASK } }],
    ['every item of a list', Type.Array(secret), ['x', 'y'], [MASK, MASK]],
    ['fields of items', Type.Array(Strict({ a: secret })), [{ a: 'x' }], [{ a: MASK }]],
    ['items of a tuple', Type.Tuple([Type.String(), secret]), ['a', 'x'], ['a', MASK]],
    ['values of a record', Type.Record(Type.String(), secret), { a: 'x' }, { a: MASK }],
    ['a whole record', Type.Record(Type.String(), Type.String(), { secret: true }), { a: 'x' }, MASK],
    ['what may be null', Nullable(secret), 'x', MASK],
    [
      'a script, of which hash and length are told',
      Strict({ a: Type.Optional(Script) }),
      { a: 'ü' },
      { a: { sha256: createHash('sha256').update('ü').digest('hex'), bytes: 2 } },
    ],
    ['nothing where there is null', Nullable(secret), null, null],
    [
      'a field that one of several forms calls secret',
      Type.Union([
        Strict({ kind: Type.Literal('a'), v: Type.String() }),
        Strict({ kind: Type.Literal('b'), v: secret }),
      ]),
      { kind: 'b', v: 'x' },
      { kind: 'b', v: MASK },
    ],
    [
      'a field in one part of an intersection',
      Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: secret })]),
      { a: 'x', b: 'y' },
      { a: 'x', b: MASK },
    ],
    [
      'fields that further properties may be',
      Type.Object({ a: Type.String() }, { additionalProperties: secret }),
      { a: 'x', other: 'y' },
      { a: 'x', other: MASK },
    ],
  ])('covers %s', (_, schema, value, expected) => {
    expect(maskSecrets(schema, value)).toEqual(expected);
  });

  test('follows references, also to itself', () => {
    const tree = Type.Cyclic(
      { Node: Type.Object({ pass: secret, name: Type.String(), nodes: Type.Array(Type.Ref('Node')) }) },
      'Node',
    );
    const value = { pass: 'x', name: 'a', nodes: [{ pass: 'y', name: 'b', nodes: [] }] };
    const masked = { pass: MASK, name: 'a', nodes: [{ pass: MASK, name: 'b', nodes: [] }] };
    expect(maskSecrets(tree, value)).toEqual(masked);
    expect(maskSecrets(Strict({ filter: Type.Optional(tree) }), { filter: value })).toEqual({ filter: masked });
  });

  test('changes nothing else, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(maskSecrets(Strict({ plain: Type.Unknown() }), { plain: value })).toEqual({ plain: value });
      }),
    );
  });

  test('never shows a secret, wherever schemas put it', () => {
    interface Given {
      readonly of: TSchema;
      readonly value: unknown;
    }
    const given = (of: TSchema, value: unknown): Given => ({ of, value });
    const { any } = fc.letrec<{ any: Given }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.constant(given(secret, 'hunter2')),
        tie('any').map(({ of, value }) => given(Strict({ a: Type.String(), b: of }), { a: 'x', b: value })),
        tie('any').map(({ of, value }) => given(Type.Array(of), [value, value])),
        tie('any').map(({ of, value }) => given(Type.Record(Type.String(), of), { k: value })),
        tie('any').map(({ of, value }) => given(Type.Union([Type.Null(), Strict({ n: Type.Null() }), of]), value)),
        tie('any').map(({ of, value }) => given(Type.Tuple([Type.Null(), of]), [null, value])),
      ),
    }));
    fc.assert(
      fc.property(any, ({ of, value }) => {
        expect(JSON.stringify(maskSecrets(of, value))).not.toContain('hunter2');
      }),
    );
  });
});
