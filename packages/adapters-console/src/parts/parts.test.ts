import fc from 'fast-check';
import { expect, test } from 'vitest';
import { narrow } from './combo.js';
import { step } from './move-focus.js';
import { indent } from './script-editor.js';
import { visibleRange } from './visible-range.js';

test('every row in sight is drawn, and few others', () => {
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.nat(2000),
      fc.integer({ min: 10, max: 60 }),
      fc.nat(20_000),
      (top, height, row, count) => {
        const { first, last } = visibleRange(top, height, row, count);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(last).toBeLessThanOrEqual(count);
        expect(first).toBeLessThanOrEqual(last);
        expect(last - first).toBeLessThanOrEqual(Math.ceil(height / row) + 18);
        const seen = Math.floor(top / row);
        if (seen < count) expect(first <= seen && seen < last).toBe(true);
      },
    ),
  );
});

test('arrow keys go round', () => {
  expect(step('ArrowDown', 2, 3)).toBe(0);
  expect(step('ArrowUp', 0, 3)).toBe(2);
  expect(step('ArrowDown', -1, 3)).toBe(0);
  expect(step('ArrowUp', -1, 3)).toBe(2);
  expect(step('End', 0, 3)).toBe(2);
  expect(step('x', 0, 3)).toBeUndefined();
});

test('options are narrowed by words of label and group', () => {
  const options = [
    { value: 'a', label: 'Free disk share', group: 'Device Status' },
    { value: 'b', label: 'Disk', group: 'Hardware' },
  ];
  expect(narrow(options, ' disk  status').map(({ value }) => value)).toEqual(['a']);
  expect(narrow(options, '')).toBe(options);
});

test('Tab without a selection puts spaces, with one it moves the lines; Shift takes back', () => {
  expect(indent('ab', 1, 1, false)).toEqual({ text: 'a  b', start: 3, end: 3 });
  const text = 'one\ntwo\nthree';
  const moved = indent(text, 1, 6, false);
  expect(moved).toEqual({ text: '  one\n  two\nthree', start: 3, end: 10 });
  expect(indent(moved.text, moved.start, moved.end, true)).toEqual({ text, start: 1, end: 6 });
  expect(indent('one', 1, 1, true)).toEqual({ text: 'one', start: 1, end: 1 });
});
