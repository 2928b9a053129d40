import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/packages.js';
import { sourceFiles } from './source-files.js';

const LIMIT = 400;

test(`no source file is longer than ${LIMIT} lines`, () => {
  const lengths = sourceFiles().map((path) => ({
    path,
    lines: readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length,
  }));
  expect(lengths.length).toBeGreaterThan(0);
  expect(lengths.filter(({ path, lines }) => lines > LIMIT && !/\.test\.tsx?$/.test(path))).toEqual([]);
});
