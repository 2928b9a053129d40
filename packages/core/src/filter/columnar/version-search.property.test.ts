import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { versionHolds } from '../version/version-operator.js';
import { VERSION_SCHEMES } from '../version/version-scheme.js';
import { TextDictionary } from './text-dictionary.js';
import { VersionSearch } from './version-search.js';

const OPERATORS = ['versionBelow', 'versionAtMost', 'versionEquals', 'versionAtLeast', 'versionAbove'] as const;

/** Versions that are equal though written otherwise, with and without releases, and what is hardly a version. */
const version = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', '0:', '1:', 'v', ' '),
      fc.array(fc.constantFrom('0', '00', '1', '01', '2', '10', 'a', 'rc', 'b1', 'z'), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', '-0', '-1', '-2', '-1.el8', '-rc.1', '-beta', '~rc1', '^git', '+build', '~', ' '),
    )
    .map(([before, parts, after]) => `${before}${parts.join('.')}${after}`),
  fc.string({ unit: fc.constantFrom('0', '1', 'a', '.', '-', '~', '^', ':', ' ', 'é'), minLength: 1, maxLength: 6 }),
);
const term = version.filter((text) => text.trim() !== '').map((text) => text.trim());

test('finds what comparing every text finds, from the first question to the last, while texts come', () => {
  const batch = fc.tuple(fc.array(version, { maxLength: 12 }), term, fc.constantFrom(...VERSION_SCHEMES));
  fc.assert(
    fc.property(fc.boolean(), fc.array(batch, { minLength: 3, maxLength: 12 }), (sortedFromStart, batches) => {
      const dictionary = new TextDictionary();
      const search = new VersionSearch(dictionary);
      for (const scheme of VERSION_SCHEMES) {
        for (let i = 0; sortedFromStart && i < 16; i++) {
          search.search({ is: 'version', operator: 'versionBelow', than: '1', scheme }, () => undefined);
        }
      }
      for (const [texts, than, scheme] of batches) {
        for (const text of texts) dictionary.intern(text);
        for (const operator of OPERATORS) {
          const found: number[] = [];
          search.search({ is: 'version', operator, than, scheme }, (id) => found.push(id));
          const expected = Array.from({ length: dictionary.size }, (_, id) => id).filter((id) =>
            versionHolds(operator, dictionary.raw(id), than, scheme),
          );
          expect(
            found.sort((a, b) => a - b),
            `${operator} ${than} ${scheme}`,
          ).toEqual(expected);
        }
      }
    }),
    { numRuns: 400, seed: 9 },
  );
});

test('sorts in steps while texts come, and sorts only what is asked often', () => {
  const dictionary = new TextDictionary();
  const search = new VersionSearch(dictionary);
  const predicate = { is: 'version', operator: 'versionBelow', than: '500.0', scheme: 'debian' } as const;
  const found = (): number => {
    let count = 0;
    search.search(predicate, () => count++);
    return count;
  };
  for (let i = 0; i < 2000; i++) dictionary.intern(`${(i * 7919) % 1000}.${i}`);
  expect(Array.from(search.prepare(predicate))).toHaveLength(0);
  const dear = search.cost(predicate);
  for (let i = 0; i < 24; i++) expect(found()).toBe(1000);
  expect(search.cost(predicate)).toBeLessThan(dear / 10);
  for (let i = 2000; i < 4000; i++) dictionary.intern(`${(i * 7919) % 1000}.${i}`);
  let steps = 0;
  for (const _ of search.prepare(predicate)) dictionary.intern(`499.${steps++}`);
  expect(steps).toBeGreaterThan(5);
  expect(found()).toBe(2000 + steps);
  search.tidy();
  expect(search.cost(predicate)).toBeLessThan(dear / 10);
  search.tidy();
  expect(search.cost(predicate)).toBeGreaterThan(dear);
  expect(found()).toBe(2000 + steps);
});

test('sorting in steps ends though more texts come than it places', () => {
  const dictionary = new TextDictionary();
  const search = new VersionSearch(dictionary);
  const predicate = { is: 'version', operator: 'versionBelow', than: '1.500', scheme: 'generic' } as const;
  const texts = (count: number): void => {
    for (let left = count; left > 0; left--) dictionary.intern(`1.${dictionary.size}`);
  };
  texts(1000);
  for (let i = 0; i < 24; i++) search.search(predicate, () => undefined);
  texts(1000);
  const steps = search.prepare(predicate);
  for (let step = 0; !steps.next().done; step++) {
    expect(step).toBeLessThan(10);
    texts(500);
  }
  const found: number[] = [];
  search.search(predicate, (id) => found.push(id));
  expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, id) => id));
});

test('no question sorts all texts at once', () => {
  const dictionary = new TextDictionary();
  const search = new VersionSearch(dictionary);
  for (let i = 0; i < 20_000; i++) dictionary.intern(`${(i * 7919) % 1000}.${i}`);
  let read = 0;
  const raw = vi.spyOn(dictionary, 'raw').mockImplementation((id) => {
    read++;
    return TextDictionary.prototype.raw.call(dictionary, id);
  });
  const reads = Array.from({ length: 60 }, () => {
    read = 0;
    search.search({ is: 'version', operator: 'versionBelow', than: '7', scheme: 'generic' }, () => undefined);
    return read;
  });
  raw.mockRestore();
  expect(reads[0]).toBe(20_000);
  // In the sorted part, of each pair that is compared both are read, and their lanes.
  expect(Math.max(...reads)).toBeLessThan(8 * 20_000);
  expect(reads.at(-1)).toBeLessThan(200);
});
