import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from './limits.js';
import { isPlausibleJson } from './plausible-json.js';
import { cpuMs } from './testing/cpu-ms.js';

/** Spaces that lift a text above the size from which it is looked at. */
const padding = ' '.repeat(40_000);
const plausible = (json: string) => isPlausibleJson(Buffer.from(padding + json));

test('ordinary JSON passes, whatever its strings hold', () => {
  const awkward = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ',', ']', '}', 'é') });
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.array(awkward), (value, texts) => {
      expect(plausible(JSON.stringify(value))).toBe(true);
      expect(plausible(JSON.stringify(texts))).toBe(true);
    }),
    { numRuns: 30 },
  );
  expect(plausible(JSON.stringify({ output: '[{,'.repeat(300_000) }))).toBe(true);
});

test('depth and number of values are capped', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(plausible(nested(LIMITS.frameDepth))).toBe(true);
  expect(plausible(nested(LIMITS.frameDepth + 1))).toBe(false);
  expect(plausible(`[${'1,'.repeat(LIMITS.frameValues - 1)}1]`)).toBe(true);
  expect(plausible(`[${'1,'.repeat(LIMITS.frameValues)}1]`)).toBe(false);
  expect(plausible(`[${'{},'.repeat(LIMITS.frameValues / 2)}1]`)).toBe(false);
});

test('a string without an end is not JSON', () => {
  for (const text of ['"', '["a', '"\\"', '"\\\\\\"']) expect(plausible(text)).toBe(false);
  expect(plausible('"\\\\"')).toBe(true);
});

test('a text of the greatest size is looked at in a moment', () => {
  const slow = [
    `"${'\\"'.repeat(LIMITS.inflatedFrameBytes / 2 - 1)}"`,
    `"${'\\'.repeat(LIMITS.inflatedFrameBytes - 2)}"`,
    '"",'.repeat(LIMITS.inflatedFrameBytes / 3),
    `"${'x'.repeat(LIMITS.inflatedFrameBytes - 2)}"`,
  ].map((text) => Buffer.from(text));
  for (const text of slow) {
    expect(cpuMs(() => isPlausibleJson(text))).toBeLessThan(500);
  }
});
