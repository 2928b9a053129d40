import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CappedOutput } from './capped-output.js';

test('keeps the beginning and the end of any output, in order, and counts it all', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 20 }),
      (cap, chunks) => {
        const output = new CappedOutput(cap);
        for (const chunk of chunks) {
          output.push(chunk);
          // What is read into is read into again.
          chunk.slice();
        }
        const whole = Buffer.concat(chunks);
        const { head, tail, omitted } = output.parts();
        expect(output.total).toBe(whole.length);
        expect(head.length + tail.length + omitted).toBe(whole.length);
        expect(head.length + tail.length).toBeLessThanOrEqual(cap);
        expect(head.equals(whole.subarray(0, head.length))).toBe(true);
        expect(tail.equals(whole.subarray(whole.length - tail.length))).toBe(true);
        if (whole.length <= (cap * 3) / 4) expect(omitted).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

test('does not hold on to the buffers it is given', () => {
  const output = new CappedOutput(100);
  const buffer = Buffer.from('first');
  output.push(buffer);
  buffer.fill(0);
  expect(output.parts().head.toString()).toBe('first');
});
