import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from './csv.js';

/** A reader of RFC 4180, written from its grammar. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 1;
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] !== '"') value += text[at];
        else if (text[at + 1] === '"') value += text[at++];
        else break;
      }
      at++;
    } else {
      while (!',\r'.includes(text[at] ?? ',')) value += text[at++];
    }
    row.push(value);
    if (text[at] === ',') at++;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

const awkward = fc.array(
  fc.constantFrom('=', '+', '-', '@', '"', ',', ';', '\r', '\n', '\t', ' ', 'a', '1', '.', 'é', '＝', "'"),
);
const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  awkward.map((parts) => parts.join('')),
);
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));

test('every value comes back, at most with an apostrophe in front', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const text = toCsv(rows);
      expect(text.startsWith('\uFEFF')).toBe(true);
      const read = parse(text);
      expect(read.map((row) => row.length)).toEqual(rows.map((row) => row.length));
      rows.flat().forEach((value, i) => {
        expect([value, `'${value}`]).toContain(read.flat()[i]);
      });
    }),
  );
});

test('no cell can be taken for a formula, wherever a spreadsheet splits', () => {
  fc.assert(
    fc.property(table, (rows) => {
      for (const value of parse(toCsv(rows)).flat()) {
        if (/^[=+\-@\t\r＝＋－＠]/.test(value)) expect(value).toMatch(/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i);
      }
      const unquoted = toCsv(rows)
        .slice(1)
        .replaceAll(/"(?:[^"]|"")*"/g, '');
      expect(unquoted).not.toMatch(/[;\t]/);
    }),
  );
});

test('numbers stay numbers, formulas become text', () => {
  expect(toCsv([['-5', '+1.5e3', '=1+1', '-x', '@SUM(A1)', 'a,b', 'say "hi"', '']])).toBe(
    `\uFEFF-5,+1.5e3,'=1+1,'-x,'@SUM(A1),"a,b","say ""hi""",\r\n`,
  );
});
