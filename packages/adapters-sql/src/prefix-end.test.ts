import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixEnd } from './prefix-end.js';

const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const character = fc.oneof(
  fc.constantFrom('a', 'b', '\u007f', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.array(character, { maxLength: 6 }).map((parts) => parts.join(''));

test('the texts from a prefix up to its end are those that begin with it', () => {
  void fc.assert(
    fc.property(text, text, (prefix, other) => {
      const end = prefixEnd(prefix);
      for (const candidate of [other, prefix + other]) {
        const inRange = bytewise(candidate, prefix) >= 0 && (end === undefined || bytewise(candidate, end) < 0);
        expect(inRange).toBe(candidate.startsWith(prefix));
      }
    }),
    { numRuns: 2000 },
  );
  expect(prefixEnd('')).toBeUndefined();
  expect(prefixEnd('\u{10ffff}')).toBeUndefined();
});
