import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(tsx?|css)$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const having = (pattern: RegExp, among: RegExp) =>
  sources.filter(({ path, text }) => among.test(path) && pattern.test(text)).map(({ path }) => path);

test('nothing is put into the page as markup', () => {
  expect(having(/dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write/, /\.tsx?$/)).toEqual(
    [],
  );
});

test('sizes of type and colours are named in one file only', () => {
  const literal = /oklch\(|rgba?\(|hsla?\(|:\s*#[0-9a-f]{3,8}\b|font-size:\s*\d(?!\.?\d*em)/;
  expect(having(literal, /^styles.*\.css$/)).toEqual([]);
});
