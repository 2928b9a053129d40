import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldText } from './fold-text.js';
import { matchesPattern, parsePattern } from './text-pattern.js';

const contains = { fromStart: false, toEnd: false };
const equals = { fromStart: true, toEnd: true };

function fits(term: string, text: string, anchors = equals): boolean {
  return matchesPattern(parsePattern(term, anchors), foldText(text));
}

describe('the wildcard', () => {
  test.each([
    ['win%', 'Windows 11', true],
    ['%11', 'Windows 11', true],
    ['w%11', 'Windows 11', true],
    ['w%11', 'Windows 11 Pro', false],
    ['a%a', 'a', false],
    ['a%a', 'aa', true],
    ['ab%ab%ab', 'ababab', true],
    ['ab%ab%ab', 'abab', false],
    ['%', 'x', true],
    ['%%', 'x', true],
    ['100\\%', '100%', true],
    ['100\\%', '100 ', false],
    ['C:\\Tools', 'c:\\tools', true],
    ['C:\\\\%', 'C:\\Tools', true],
    ['C:\\\\%', 'C:%', false],
    ['\\\\server\\share', '\\\\SERVER\\share', true],
    ['.*', 'anything', false],
    ['%日本%', '東日本語', true],
  ])('%s on %s is %s', (term, text, expected) => {
    expect(fits(term, text)).toBe(expected);
  });

  test('anchors only where the term has no wildcard', () => {
    expect(fits('%b', 'ab', { fromStart: true, toEnd: false })).toBe(true);
    expect(fits('b', 'ab', { fromStart: true, toEnd: false })).toBe(false);
    expect(fits('a%', 'ab', { fromStart: false, toEnd: true })).toBe(true);
  });

  test('means the same as a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '%', '\\'), maxLength: 8 });
    const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(pieces, text, fc.boolean(), fc.boolean(), (parts, value, fromStart, toEnd) => {
        fc.pre(parts.join('%') !== '');
        const expression = new RegExp((fromStart ? '^' : '') + parts.join('.*') + (toEnd ? '$' : ''), 's');
        expect(fits(parts.join('%'), value, { fromStart, toEnd })).toBe(expression.test(value));
      }),
      { numRuns: 3000, seed: 2 },
    );
  });
});

describe('folding', () => {
  test.each([
    ['ＦＵＬＬ', 'full'],
    ['ﬁle', 'FILE'],
    ['É', 'e\u0301'],
    ['ΟΔΟΣ', 'οδος'],
    ['J\u030c', '\u01f0'],
    ['\u212a', 'k'],
  ])('%s is found by %s', (text, term) => {
    expect(fits(term, text, contains)).toBe(true);
  });

  test('is done once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 0x10ffff }), { maxLength: 6 }).map((codes) => String.fromCodePoint(...codes)),
        (text) => {
          expect(foldText(foldText(text))).toBe(foldText(text));
        },
      ),
      { numRuns: 2000, seed: 4 },
    );
  });
});
