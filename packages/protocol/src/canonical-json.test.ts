import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.js';

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  const copy = {};
  for (const [key, item] of Object.entries(value).reverse()) {
    Object.defineProperty(copy, key, { value: shuffled(item), enumerable: true });
  }
  return copy;
}

test('the text is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(JSON.parse(canonicalJson(value)))).toBe(JSON.stringify(JSON.parse(canonicalJson(value))));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('equal values have equal text, whatever the order of their keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
    }),
  );
});

test('different values have different text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const same = JSON.stringify(shuffled(a)) === JSON.stringify(shuffled(b));
      if (same) expect(canonicalJson(a)).toBe(canonicalJson(b));
      else if (canonicalJson(a) === canonicalJson(b)) expect(JSON.parse(canonicalJson(a))).toEqual(b);
    }),
  );
});

test('what JSON has no word for is left out of objects and null in lists', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  expect(canonicalJson([undefined, Number.NaN])).toBe('[null,null]');
  const gap = [1, 2, 3];
  delete gap[1];
  expect(canonicalJson(gap)).toBe('[1,null,3]');
  expect(canonicalJson(undefined)).toBe('null');
});

test('keys are ordered by UTF-16 code unit, as RFC 8785 does', () => {
  expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5}',
  );
});
