import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseParser } from './sse-parser.js';

test('reads messages, joins data lines, passes over comments and unknown fields', () => {
  const parser = new SseParser();
  expect(parser.push(': hi\n\nid: 7\nevent: a\ndata: 1\ndata:2\nretry: 9\n\ndata\n\n')).toEqual([
    { event: 'a', data: '1\n2', id: '7' },
    { event: 'message', data: '', id: '7' },
  ]);
});

test('the pieces in which a stream arrives do not matter, nor its line ends', () => {
  const text = (end: string) => ['data: one', '', ': x', 'event: e', 'data: two', 'data: three', '', ''].join(end);
  const expected = [
    { event: 'message', data: 'one', id: '' },
    { event: 'e', data: 'two\nthree', id: '' },
  ];
  fc.assert(
    fc.property(fc.constantFrom('\n', '\r\n', '\r'), fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), (end, cuts) => {
      const whole = text(end);
      const at = [...new Set(cuts)].sort((a, b) => a - b);
      const pieces = [...at, whole.length].map((cut, i) => whole.slice(i === 0 ? 0 : at[i - 1], cut));
      const parser = new SseParser();
      // A last lone CR is only known to be a whole line end once more text comes.
      expect([...pieces, ':'].flatMap((piece) => parser.push(piece))).toEqual(expected);
    }),
  );
});
