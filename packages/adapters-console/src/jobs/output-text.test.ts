import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addPiece, GAP, wholeText } from './output-text.js';

test('pieces that overlap, repeat and come late make the text once', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(60), fc.nat(20)), { maxLength: 20 }),
      (text, cuts) => {
        let known = wholeText('');
        for (const [from, length] of cuts) {
          // Never beyond what is known: that would be a gap.
          const offset = Math.min(from, known.end);
          known = addPiece(known, offset, text.slice(offset, offset + length));
        }
        expect(known.text).toBe(text.slice(0, known.end));
      },
    ),
  );
});

test('a lost piece leaves a mark, and what follows is not lost', () => {
  const known = addPiece(wholeText('abc'), 10, 'xyz');
  expect(known).toEqual({ text: `abc${GAP}xyz`, end: 13 });
  expect(addPiece(known, 10, 'xyz')).toBe(known);
  expect(addPiece(known, 12, 'z!').text).toBe(`abc${GAP}xyz!`);
});
