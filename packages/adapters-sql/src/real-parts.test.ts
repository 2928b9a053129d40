import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { realParts } from './real-parts.js';

test('every finite number is its parts, exactly', () => {
  void fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const [m, e] = realParts(value);
      expect(Number.isSafeInteger(m)).toBe(true);
      expect(m * 2 ** e + 0).toBe(value + 0);
    }),
    { numRuns: 1000 },
  );
});
