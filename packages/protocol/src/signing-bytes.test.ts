import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signingBytes } from './signing-bytes.js';

const purpose = fc.constantFrom('command', 'hello', 'enrol', 'welcome', 'enrolled');

test('what is signed for one purpose never equals what is signed for another, whatever the text', () => {
  fc.assert(
    fc.property(purpose, fc.string(), purpose, fc.string(), (p1, t1, p2, t2) => {
      const equal = Buffer.compare(signingBytes(p1, t1), signingBytes(p2, t2)) === 0;
      expect(equal).toBe(p1 === p2 && t1 === t2);
    }),
  );
});
