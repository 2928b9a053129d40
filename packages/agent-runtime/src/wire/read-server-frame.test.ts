import { isRmmError, type ServerFrame } from '@rmm/protocol';
import { encodeServerFrame } from '@rmm/protocol/codec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readServerFrame } from './read-server-frame.js';

const FRAMES: readonly ServerFrame[] = [
  { kind: 'challenge', nonce: 'n', versions: { min: 1, max: 1 } },
  { kind: 'nudge' },
  { kind: 'settled', ids: ['a', 'b'] },
  { kind: 'goodbye', code: 'INTERNAL', message: 'x'.repeat(500), retryAfterMs: 5 },
  { kind: 'commands', items: [{ doc: '{}'.repeat(300), sig: 's' }], more: false },
  { kind: 'auditWant', sections: ['software'] },
];

/** Reads, or fails as it may. */
function tryRead(bytes: Uint8Array): ServerFrame | undefined {
  try {
    return readServerFrame(bytes);
  } catch (error) {
    if (isRmmError(error, 'FRAME_MALFORMED') || isRmmError(error, 'FRAME_TOO_LARGE')) return undefined;
    throw error;
  }
}

test('reads what a server sends', () => {
  for (const frame of FRAMES) expect(readServerFrame(encodeServerFrame(frame))).toEqual(frame);
});

test('junk is refused with a frame’s error and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void tryRead(bytes)),
    { numRuns: 1000 },
  );
});

test('so are damaged frames; what still fits has the kind that its first byte says', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FRAMES),
      fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
      fc.nat(600),
      (frame, changes, length) => {
        const bytes = Uint8Array.from(encodeServerFrame(frame));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        tryRead(bytes);
        tryRead(bytes.subarray(0, length));
      },
    ),
    { numRuns: 1000 },
  );
});
