import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAgentFrame, decodeServerFrame, encodeAgentFrame, encodeServerFrame } from './codec.js';
import type { ErrorCode } from './error-codes.js';
import { LIMITS } from './limits.js';
import { isRmmError } from './rmm-error.js';
import { cpuMs } from './testing/cpu-ms.js';

const DECODERS = [decodeAgentFrame, decodeServerFrame];
const frameOf = (code: number, body: Uint8Array | string) => Uint8Array.from([code, ...Buffer.from(body)]);
const deflated = (code: number, json: Uint8Array | string) => frameOf(code | 0x80, deflateRawSync(json, { level: 1 }));

/** The code of the refusal; undefined when the bytes were taken. Any other failure fails the test. */
function refusal(bytes: Uint8Array, inflatedLimit?: number): ErrorCode | undefined {
  try {
    decodeAgentFrame(bytes, inflatedLimit);
    return undefined;
  } catch (error) {
    if (!isRmmError(error)) throw error;
    expect(error.message.length).toBeLessThan(300);
    return error.code;
  }
}

const finished = (stdout: string, stderr = '') => ({
  kind: 'finished' as const,
  id: 'x',
  at: 1,
  outcome: 'exited' as const,
  exitCode: 0,
  startedAt: 1,
  stdout,
  stderr,
  stdoutBytes: stdout.length,
  stderrBytes: stderr.length,
});

describe('encoding', () => {
  test('a frame without fields is one byte', () => {
    expect([...encodeServerFrame({ kind: 'nudge' })]).toEqual([68]);
    expect(decodeServerFrame(Uint8Array.of(68))).toEqual({ kind: 'nudge' });
  });

  test('long frames are deflated, frames that would grow are not', () => {
    expect(encodeAgentFrame(finished('a'.repeat(10_000))).length).toBeLessThan(300);
    expect(encodeAgentFrame({ kind: 'started', id: 'x', at: 1 })[0]).toBe(6);
  });

  test('both outputs at their limit fit, whatever they hold', () => {
    // Random control characters: each becomes six bytes of JSON, and nothing repeats.
    const noise = (mask: number, seed: number) => {
      const bytes = Buffer.alloc(LIMITS.outputBytes);
      for (let i = 0, x = seed; i < bytes.length; i++) {
        x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
        bytes[i] = (x >>> 24) & mask;
      }
      return bytes.toString('latin1');
    };
    for (const mask of [0x1f, 0x7f]) {
      const frame = finished(noise(mask, 1), noise(mask, 2));
      const bytes = encodeAgentFrame(frame);
      expect(bytes.length).toBeGreaterThan(1024 * 1024);
      expect(decodeAgentFrame(bytes)).toEqual(frame);
    }
  });

  test('a frame beyond the caps is refused, not cut', () => {
    const huge = finished('x'.repeat(LIMITS.inflatedFrameBytes + 1));
    expect(() => encodeAgentFrame(huge)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
  });

  test('an unknown kind is refused', () => {
    for (const kind of ['nothing', '__proto__', 'toString']) {
      expect(() => encodeAgentFrame({ kind } as never)).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }));
    }
  });
});

describe('decoding hostile bytes', () => {
  test('random bytes decode or are refused with a code, nothing else', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.constantFrom(1, 6, 0x81, 0x86), fc.uint8Array({ maxLength: 300 })).map(([a, b]) => frameOf(a, b)),
      fc.tuple(fc.constantFrom(1, 6), fc.json()).map(([code, json]) => frameOf(code, json)),
      fc.tuple(fc.constantFrom(1, 6), fc.json()).map(([code, json]) => deflated(code, json)),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom(...DECODERS), (junk, decode) => {
        try {
          expect(decode(junk)).toHaveProperty('kind', expect.any(String));
        } catch (error) {
          expect(isRmmError(error, 'FRAME_MALFORMED')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a frame cut anywhere, or with a byte flipped, never comes out as another frame unnoticed', () => {
    const whole = encodeAgentFrame(finished('output '.repeat(100)));
    for (let length = 0; length < whole.length; length++) {
      if (length === 1) continue; // the bare kind, which the schema refuses
      expect(refusal(whole.subarray(0, length))).toBe('FRAME_MALFORMED');
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const spoilt = Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ flip : byte));
        refusal(spoilt);
      }),
    );
  });

  test('trailing bytes after a deflated body do not reach the JSON', () => {
    const whole = encodeAgentFrame(finished('output '.repeat(100)));
    const longer = Uint8Array.from([...whole, ...Buffer.from('{"kind":"hello"}')]);
    expect(decodeAgentFrame(longer)).toEqual(decodeAgentFrame(whole));
  });

  test('a bomb is refused at the cap without being unpacked', () => {
    // 512 MiB of spaces in about half a megabyte.
    const part = deflateRawSync(Buffer.alloc(64 * 1024 * 1024, ' '), { finishFlush: 2 });
    const bomb = Buffer.concat([Uint8Array.of(6 | 0x80), ...Array.from({ length: 8 }, () => part)]);
    expect(bomb.length).toBeLessThan(LIMITS.frameBytes);
    const before = process.resourceUsage().maxRSS;
    expect(refusal(bomb)).toBe('FRAME_TOO_LARGE');
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(128 * 1024);
  });

  test('the inflated cap can be lowered for strangers, packed or not', () => {
    const body = JSON.stringify({ a: 'x'.repeat(2000) });
    expect(refusal(deflated(6, body), 1000)).toBe('FRAME_TOO_LARGE');
    expect(refusal(frameOf(6, body), 1000)).toBe('FRAME_TOO_LARGE');
    expect(refusal(frameOf(6, body), 3000)).toBeUndefined();
  });

  test('what is too large, empty, of the other side or not an object is refused by code', () => {
    expect(refusal(new Uint8Array(LIMITS.frameBytes + 1).fill(6))).toBe('FRAME_TOO_LARGE');
    expect(refusal(new Uint8Array())).toBe('FRAME_MALFORMED');
    expect(refusal(encodeServerFrame({ kind: 'nudge' }))).toBe('FRAME_MALFORMED');
    for (const body of ['[]', 'null', '7', '"x"', '{', '{"a":1}}', '{"kind":"hello"}', ' ']) {
      expect(refusal(frameOf(6, body)), body).toBe('FRAME_MALFORMED');
    }
    expect(refusal(Uint8Array.of(6, 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBe('FRAME_MALFORMED');
  });

  test('nesting as deep as a frame could hold is refused before it is parsed', () => {
    const deep = `{"a":${'['.repeat(4_000_000)}${']'.repeat(4_000_000)}}`;
    const bytes = deflated(6, deep);
    expect(cpuMs(() => expect(refusal(bytes)).toBe('FRAME_MALFORMED'))).toBeLessThan(500);
  });

  test('keys that name a prototype stay plain data', () => {
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const frame = decodeAgentFrame(frameOf(6, body));
    expect(Object.getPrototypeOf(frame)).toBe(Object.prototype);
    expect(Object.keys(frame as object)).toEqual(['__proto__', 'constructor', 'kind']);
    expect('polluted' in {}).toBe(false);
  });
});
