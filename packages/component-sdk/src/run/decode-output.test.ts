import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CappedOutput } from './capped-output.js';
import { decodeOutput, OutputDecoder } from './decode-output.js';

const whole = (bytes: Uint8Array, codePage?: number) =>
  decodeOutput({ head: bytes, tail: Buffer.alloc(0), omitted: 0 }, codePage);

describe('decodeOutput', () => {
  test('reads UTF-8, with or without a byte-order mark', () => {
    expect(whole(Buffer.from('é€😀'))).toBe('é€😀');
    expect(whole(Buffer.from('\uFEFFé'))).toBe('é');
  });

  test('reads UTF-16 with a byte-order mark, as wmic prints it', () => {
    expect(whole(Buffer.from('\uFEFFName  \r\né€\r\n', 'utf16le'))).toBe('Name  \r\né€\r\n');
  });

  test.each([
    [437, [0x82, 0xe1], 'éß'],
    [850, [0x82, 0x9b], 'éø'],
    [852, [0x88, 0x9d], 'łŁ'],
    [858, [0xd5], '€'],
    [866, [0x8f], 'П'],
    [932, [0x82, 0xa0], 'あ'],
    [1252, [0xe9, 0x80], 'é€'],
  ])('reads code page %i where the bytes are no UTF-8', (page, bytes, text) => {
    expect(whole(Uint8Array.from(bytes), page)).toBe(text);
    expect(whole(Buffer.from('é'), page)).toBe('é');
  });

  test('makes text of anything: without NUL, within the cap, in both forms', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom(undefined, 437, 866, 932, 65_001, 1),
        fc.integer({ min: 300, max: 1000 }),
        (bytes, page, cap) => {
          const output = new CappedOutput(cap);
          output.push(bytes);
          const text = decodeOutput(output.parts(), page, cap);
          expect(text).not.toContain('\0');
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(cap);
          expect(Buffer.from(text).toString()).toBe(text);
        },
      ),
    );
  });

  test('cuts between characters and says how much is missing', () => {
    const output = new CappedOutput(400);
    output.push(Buffer.from('é'.repeat(1000)));
    const text = decodeOutput(output.parts(), undefined, 400);
    expect(text).toMatch(/^é+\n\[… \d+ bytes left out …\]\né+$/);
  });

  test('cuts UTF-16 between characters too', () => {
    const output = new CappedOutput(401);
    output.push(Buffer.from(`\uFEFF${'é'.repeat(1000)}`, 'utf16le'));
    expect(decodeOutput(output.parts())).toMatch(/^é+\n\[… \d+ bytes left out …\]\né+$/);
  });
});

describe('OutputDecoder', () => {
  test('gives the same text in pieces, each with its offset', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.array(fc.nat(200)), (text, cuts) => {
        const bytes = Buffer.from(text);
        const marks = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const decoder = new OutputDecoder();
        let joined = '';
        for (const [index, mark] of marks.slice(1).entries()) {
          const piece = decoder.decode(bytes.subarray(marks[index], mark));
          expect(piece.offset).toBe(joined.length);
          joined += piece.text;
        }
        expect(joined).toBe(new TextDecoder().decode(bytes).replaceAll('\0', '\uFFFD'));
      }),
    );
  });
});
