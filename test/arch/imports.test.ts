import { expect, test } from 'vitest';
import { publishedPackages, root } from '../../scripts/packages.js';
import { cruiseSources } from './cruise-sources.js';
import { FLOORS } from './dependency-rules.js';
import { sourceFiles } from './source-files.js';

test('the sources obey the floors and have no import cycle', { timeout: 180_000 }, async () => {
  const { modules, violations } = await cruiseSources(root);
  expect(violations).toEqual([]);
  // A tool that reads nothing finds nothing wrong.
  expect(modules.filter((path) => path.includes('/src/')).sort()).toEqual(sourceFiles().sort());
});

test('every package has a floor', () => {
  expect(FLOORS.flat().sort()).toEqual(publishedPackages().map(({ name }) => name));
});
