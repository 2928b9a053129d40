import fc from 'fast-check';
import { expect, test } from 'vitest';
import { negotiateVersion, PROTOCOL } from './protocol-version.js';

const range = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(10)).map(([min, more]) => ({ min, max: min + more }));

test('both sides agree on the newest version that both speak', () => {
  fc.assert(
    fc.property(range, range, (ours, theirs) => {
      const shared = Array.from({ length: 40 }, (_, version) => version).filter((version) =>
        [ours, theirs].every(({ min, max }) => min <= version && version <= max),
      );
      expect(negotiateVersion(ours, theirs)).toBe(shared.at(-1));
      expect(negotiateVersion(theirs, ours)).toBe(shared.at(-1));
    }),
  );
});

test('a range the wrong way round shares nothing', () => {
  fc.assert(
    fc.property(range, fc.integer({ min: 1, max: 50 }), (ours, min) => {
      expect(negotiateVersion(ours, { min: min + 1, max: min })).toBeUndefined();
    }),
  );
});

test('this build speaks at least one version', () => {
  expect(negotiateVersion(PROTOCOL, PROTOCOL)).toBe(PROTOCOL.max);
});
