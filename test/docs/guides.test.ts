import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runnable, writeGuideExamples } from '../../scripts/guide-examples.js';

const examples = writeGuideExamples();

test('the guides have examples', () => {
  expect(examples.map(({ guide }) => guide)).toContain('filters.md');
});

test.each(examples)('the examples of $guide do what it says', async ({ file }) => {
  await import(pathToFileURL(file).href);
});

test('only blocks that say so are run, each at its line', () => {
  const guide = ['# Title', '```ts run', 'a();', '```', 'text', '```ts', 'b();', '```', '```ts run', 'c();', '```', ''];
  expect(runnable(guide.join('\n'))).toBe('\n\na();\n\n\n\n\n\n\nc();\nexport {};\n');
  expect(runnable('```ts\nb();\n```\n')).toBeUndefined();
});
