import type { Comparison, FieldType, ModelDef, Order, Scalar, Where } from '@rmm/core/ports';
import * as fc from 'fast-check';

/** Values that clash, meet at borders, and are ordered otherwise by UTF-16 unit, by language or by pattern. */
const POOLS: Readonly<Record<Exclude<FieldType, 'json'>, readonly Scalar[]>> = {
  string: [
    ...['', 'a', 'A', 'ab', 'abc', 'B', 'b', 'z', 'é', 'e\u0301', 'ä', '%', '_', '*', "'", '"', '\\', ' ', 'null'],
    ...['\u{1f600}', '\uffff', '\u{10ffff}', 'a\u{10ffff}', 'a\u{10ffff}b', '\ud7ff', '\ue000', '\u0001'],
  ],
  int: [0, 1, -1, 2, 10, 9, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  real: [0, 1, -1, 0.1, 0.30000000000000004, 0.3, 1e308, -1e308, 5e-324, 2 ** 53 + 2, Math.PI],
  bool: [true, false],
  time: [0, 1, -1, 1_700_000_000_000, 8_640_000_000_000_000],
};

const ORDERING = ['lt', 'lte', 'gt', 'gte'] as const;

function comparableFields(model: ModelDef): [string, Exclude<FieldType, 'json'>][] {
  return Object.entries(model.fields).flatMap(([field, { type }]) => (type === 'json' ? [] : [[field, type]]));
}

/** A value that a field of this type may hold, mostly one that others hold too. */
export function storedValue(type: FieldType, nullable: boolean): fc.Arbitrary<unknown> {
  if (type === 'json') return fc.jsonValue().filter((value) => nullable || value !== null);
  const values = fc.constantFrom(...POOLS[type]);
  return nullable ? fc.option(values, { freq: 5 }) : values;
}

/** Rows of a model, with the ids given. */
export function rowOf(model: ModelDef, id: string): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(
      Object.entries(model.fields).map(([field, { type, nullable }]) => [
        field,
        field === 'id' ? fc.constant(id) : storedValue(type, nullable === true),
      ]),
    ),
  );
}

function comparison(model: ModelDef): fc.Arbitrary<Comparison> {
  return fc.constantFrom(...comparableFields(model)).chain(([field, type]): fc.Arbitrary<Comparison> => {
    const value = fc.constantFrom<Scalar[]>(...POOLS[type], null);
    const of = (op: Comparison['op'], values: fc.Arbitrary<Comparison['value']>): fc.Arbitrary<Comparison> =>
      values.map((chosen) => ({ field, op, value: chosen }));
    const choices = [
      of('eq', value),
      of('ne', value),
      ...ORDERING.map((op) => of(op, value)),
      of('in', fc.array(value, { maxLength: 6 })),
    ];
    if (type === 'string') choices.push(of('prefix', fc.constantFrom<Scalar[]>(...POOLS.string)));
    return fc.oneof(...choices);
  });
}

/** Trees of comparisons, with empty branches and negation at every level. */
export function whereOf(model: ModelDef): fc.Arbitrary<Where> {
  return fc.letrec<{ where: Where }>((tie) => ({
    where: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      comparison(model),
      fc.array(tie('where'), { maxLength: 4 }).map((all): Where => ({ all })),
      fc.array(tie('where'), { maxLength: 4 }).map((any): Where => ({ any })),
      tie('where').map((not): Where => ({ not })),
    ),
  })).where;
}

/** Up to three fields to order by, either way. */
export function orderOf(model: ModelDef): fc.Arbitrary<Order[]> {
  const field = fc.constantFrom(...comparableFields(model).map(([name]) => name));
  const dir = fc.constantFrom<Order[]>({ field: '', dir: 'asc' }, { field: '', dir: 'desc' }, { field: '' });
  return fc.array(
    fc.tuple(field, dir).map(([name, order]): Order => ({ ...order, field: name })),
    { maxLength: 3 },
  );
}
