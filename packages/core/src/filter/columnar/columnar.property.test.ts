import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldText } from '../fold-text.js';
import { matchesPattern, parsePattern } from '../text-pattern.js';
import { Bitmap } from './bitmap.js';
import { BlockPool } from './block-pool.js';
import { ColumnMemory } from './column-memory.js';
import { IdVector } from './id-vector.js';
import { NumberBins } from './number-bins.js';
import { NumberColumn } from './number-column.js';
import { PackedLists } from './packed-lists.js';
import { PostingLists } from './posting-lists.js';
import { Scratch } from './scratch.js';
import { selectWindow } from './select-window.js';
import { TextDictionary } from './text-dictionary.js';
import { ValueOrder } from './value-order.js';

const rows = fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 60 });
const bitmapOf = (members: readonly number[]): Bitmap => {
  const bitmap = new Bitmap();
  for (const row of members) bitmap.add(row);
  return bitmap;
};
const ascending = (members: Iterable<number>): number[] => [...members].sort((a, b) => a - b);

test('a bitmap is a set of numbers', () => {
  fc.assert(
    fc.property(rows, rows, fc.nat({ max: 200 }), (a, b, row) => {
      const left = bitmapOf(a);
      const right = bitmapOf(b);
      expect([...left.rows()]).toEqual(ascending(a));
      expect(left.count()).toBe(a.length);
      expect(left.has(row)).toBe(a.includes(row));
      expect([...left.clone().and(right).rows()]).toEqual(ascending(a.filter((x) => b.includes(x))));
      expect([...left.clone().or(right).rows()]).toEqual(ascending(new Set([...a, ...b])));
      expect([...left.clone().andNot(right).rows()]).toEqual(ascending(a.filter((x) => !b.includes(x))));
      const either = [...a.filter((x) => !b.includes(x)), ...b.filter((x) => !a.includes(x))];
      expect([...left.difference(right).rows()]).toEqual(ascending(either));
      left.delete(row);
      expect(left.has(row)).toBe(false);
      expect([...Bitmap.full(row).rows()]).toEqual(Array.from({ length: row }, (_, i) => i));
    }),
    { seed: 1 },
  );
});

test('sets that are joined in turn do not grow beyond their rows', () => {
  const left = bitmapOf([3200]);
  const right = bitmapOf([3232]);
  for (let i = 0; i < 100; i++) {
    right.add(3232 + i);
    left.or(right);
    right.or(left);
  }
  expect(left.byteLength).toBeLessThan(1000);
});

test('posting lists hold the rows of each value in whatever form', () => {
  const row = fc.oneof(fc.nat({ max: 400 }), fc.constantFrom(65_535, 65_536, 65_540, 200_000, 1_000_000));
  const change = fc.record({ value: fc.nat({ max: 3 }), row, add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.nat({ max: 300 }), (changes, bulk) => {
      const lists = new PostingLists(new BlockPool());
      const model = new Map<number, Set<number>>([0, 1, 2, 3].map((value) => [value, new Set<number>()]));
      // Enough rows to make value 0 dense, then sparse again.
      for (let row = 0; row < bulk; row++) lists.add(0, row);
      for (let row = 0; row < bulk; row++) model.get(0)?.add(row);
      const check = (): void => {
        for (const [value, expected] of model) {
          const found = new Bitmap();
          lists.addTo(value, found);
          expect([...found.rows()]).toEqual(ascending(expected));
          expect(lists.count(value)).toBe(expected.size);
          const visited: number[] = [];
          lists.forEach(value, (row) => visited.push(row));
          expect(visited).toEqual(ascending(expected));
        }
      };
      for (const { value, row, add } of changes) {
        if (add) lists.add(value, row);
        else lists.delete(value, row);
        if (add) model.get(value)?.add(row);
        else model.get(value)?.delete(row);
      }
      check();
      for (let row = 0; row < bulk - 3; row++) lists.delete(0, row);
      for (let row = 0; row < bulk - 3; row++) model.get(0)?.delete(row);
      check();
    }),
    { seed: 2 },
  );
});

test('packed lists give back what was stored, also after many replacements', () => {
  const list = fc
    .uniqueArray(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 31 })), { maxLength: 80 })
    .map(ascending);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 5 }), list), { maxLength: 60 }), (changes) => {
      const packed = new PackedLists();
      const model = new Map<number, number[]>();
      for (const [row, numbers] of changes) {
        packed.set(row, numbers);
        model.set(row, numbers);
      }
      for (let row = 0; row < 8; row++) expect(packed.get(row)).toEqual(model.get(row) ?? []);
    }),
    { seed: 3 },
  );
});

test('packed lists do not grow by replacement', () => {
  const packed = new PackedLists();
  const numbers = Array.from({ length: 50 }, (_, i) => i * 3);
  for (let i = 0; i < 50_000; i++) packed.set(i % 10, numbers);
  expect(packed.byteLength).toBeLessThan(32_768);
  for (let row = 0; row < 10; row++) expect(packed.get(row)).toEqual(numbers);
});

test('an id vector widens without losing anything', () => {
  const ids = new IdVector();
  const values = [0, 1, 255, 256, 65_535, 65_536, 4_000_000_000];
  values.forEach((id, row) => {
    ids.set(row * 50, id);
  });
  expect(values.map((_, row) => ids.get(row * 50))).toEqual(values);
  expect(ids.get(1_000_000)).toBe(0);
});

describe('a dictionary', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'B', 'é', '日', 'ß', '👩'), minLength: 1, maxLength: 5 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
  );
  const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'É', '日'), maxLength: 2 });
  const term = fc
    .array(piece, { minLength: 1, maxLength: 3 })
    .map((pieces) => pieces.join('%'))
    .filter(Boolean);

  test('numbers texts and finds them over its segments', () => {
    const texts = [...new Set(fc.sample(text, { numRuns: 6000, seed: 4 }))];
    const folded = texts.map(foldText);
    const dictionary = new TextDictionary();
    texts.forEach((value, id) => {
      expect(dictionary.intern(value)).toBe(id);
    });
    expect(texts.length).toBeGreaterThan(2048);
    expect(dictionary.size).toBe(texts.length);
    texts.forEach((value, id) => {
      expect(dictionary.intern(value)).toBe(id);
      expect(dictionary.raw(id)).toBe(value);
      expect(dictionary.folded(id)).toBe(foldText(value));
    });
    fc.assert(
      fc.property(term, fc.boolean(), fc.boolean(), (value, fromStart, toEnd) => {
        const pattern = parsePattern(value, { fromStart, toEnd });
        const found: number[] = [];
        dictionary.search(pattern, (id) => found.push(id));
        const expected = folded.flatMap((own, id) => (matchesPattern(pattern, own) ? [id] : []));
        expect(found.join()).toBe(expected.join());
      }),
      { numRuns: 100, seed: 5 },
    );
  });
});

test('a value order takes in new and changed values as if it had sorted all', () => {
  const batch = fc.tuple(
    fc.array(fc.nat({ max: 50 }), { maxLength: 20 }),
    fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 5 }), (batches) => {
      const values: number[] = [];
      const compare = (a: number, b: number): number => (values[a] as number) - (values[b] as number) || a - b;
      const order = new ValueOrder(() => values.length, compare);
      for (const [fresh, changed] of batches) {
        for (const value of changed) {
          if (value >= values.length) continue;
          values[value] = ((values[value] as number) * 7) % 51;
          order.changed(value);
        }
        values.push(...fresh);
        const sorted = values.map((_, i) => i).sort(compare);
        const ranks = order.ranks();
        expect(sorted.map((value) => ranks[value])).toEqual(values.map((_, i) => i));
      }
    }),
    { seed: 6 },
  );
});

test('a window of an order is a slice of it', () => {
  const key = fc.constantFrom(-1, 0, 1, 2, Number.POSITIVE_INFINITY);
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), fc.nat({ max: 70 }), fc.nat({ max: 20 }), (keys, from, length) => {
      const ties = Uint32Array.from(keys, (_, i) => (i * 37) % 61);
      const all = keys
        .map((_, i) => i)
        .sort((a, b) => {
          const [keyA, keyB] = [keys[a] as number, keys[b] as number];
          return keyA === keyB ? (ties[a] as number) - (ties[b] as number) : keyA - keyB;
        });
      expect(selectWindow(Float64Array.from(keys), ties, from, from + length)).toEqual(all.slice(from, from + length));
    }),
    { numRuns: 500, seed: 7 },
  );
});

test('numbers next to a bound fall on the right side', () => {
  const column = new NumberColumn(new ColumnMemory());
  const values = [
    -Number.MAX_VALUE,
    -1.0000000000000002,
    -1,
    -Number.MIN_VALUE,
    0,
    Number.MIN_VALUE,
    1,
    1.0000000000000002,
  ];
  values.forEach((value, row) => {
    column.put(row, column.token(value));
  });
  column.put(values.length, column.token(undefined));
  for (const bound of values) {
    const ask = (range: object): number[] => [
      ...column.matching({ is: 'number', ranges: [{ min: -Infinity, max: Infinity, ...range }] }, 0).rows(),
    ];
    const expected = (holds: (value: number) => boolean): number[] =>
      values.flatMap((v, row) => (holds(v) ? [row] : []));
    expect(ask({ min: bound })).toEqual(expected((value) => value >= bound));
    expect(ask({ min: bound, minOpen: true })).toEqual(expected((value) => value > bound));
    expect(ask({ max: bound })).toEqual(expected((value) => value <= bound));
    expect(ask({ max: bound, maxOpen: true })).toEqual(expected((value) => value < bound));
  }
});

test('bins find what reading all numbers finds, also after changes', () => {
  const number = fc.oneof(
    fc.constantFrom(Number.NaN, 0, 0, 0, 7),
    fc.integer({ min: -20, max: 20 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const change = fc.tuple(fc.nat({ max: 79 }), number);
  const bound = fc.oneof(
    number.filter((x) => !Number.isNaN(x)),
    fc.constantFrom(-Infinity, Infinity),
  );
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 80, maxLength: 80 }),
      fc.array(change, { maxLength: 60 }),
      fc.array(fc.tuple(bound, bound), { minLength: 1, maxLength: 10 }),
      (initial, changes, ranges) => {
        const values = Float64Array.from(initial);
        const scratch = new Scratch();
        const bins = new NumberBins(values);
        for (const [row, value] of changes) {
          bins.update(row, values[row] as number, value);
          values[row] = value;
        }
        for (const [a, b] of ranges) {
          const [min, max] = [Math.min(a, b), Math.max(a, b)];
          if (max === -Infinity || min === Infinity) continue;
          const expected = [...values.keys()].filter(
            (row) => (values[row] as number) >= min && (values[row] as number) <= max,
          );
          expect([...bins.matching(values, min, max, scratch).rows()]).toEqual(expected);
        }
        expect([...bins.present.rows()]).toEqual([...values.keys()].filter((row) => !Number.isNaN(values[row])));
      },
    ),
    { numRuns: 300, seed: 8 },
  );
});

test('a large column answers alike before and after its numbers wander off', () => {
  const column = new NumberColumn(new ColumnMemory());
  const size = 6000;
  const check = (): void => {
    for (const bound of [-5, 0, 17, 3000, 5999.5, 9000]) {
      const found = [...column.matching({ is: 'number', ranges: [{ min: bound, max: bound + 1000 }] }, 0).rows()];
      const expected: number[] = [];
      for (let row = 0; row < size; row++) {
        const value = column.tokenAt(row);
        if (value >= bound && value <= bound + 1000) expected.push(row);
      }
      expect(found).toEqual(expected);
    }
  };
  for (let row = 0; row < size; row++) column.put(row, (row * 7919) % size);
  check();
  for (let round = 0; round < 3; round++) {
    for (let row = 0; row < size; row++) column.put(row, row % 5 === 0 ? Number.NaN : column.tokenAt(row) + 2500);
    for (let row = 0; row < size; row += 5) column.put(row, row);
    check();
  }
  expect(column.crossing(100, 200).rows.every((row) => column.tokenAt(row) > 100 && column.tokenAt(row) <= 200)).toBe(
    true,
  );
});
