import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EnrolmentToken, formatEnrolmentToken, parseEnrolmentToken } from './enrolment-token.js';
import { isRmmError } from './rmm-error.js';

const word = fc.string({ minLength: 1, maxLength: 60 });
const token: fc.Arbitrary<EnrolmentToken> = fc.record(
  {
    urls: fc.array(
      fc.webUrl().map((url) => url.replace(/^https?/, 'wss')),
      { minLength: 1, maxLength: 3 },
    ),
    pin: word,
    systemKey: word,
    id: word,
    secret: word,
  },
  { requiredKeys: ['urls', 'systemKey', 'id', 'secret'] },
);

function refused(text: string): boolean {
  try {
    parseEnrolmentToken(text);
    return false;
  } catch (error) {
    if (!isRmmError(error, 'ENROLMENT_TOKEN_INVALID')) throw error;
    expect(error.message).not.toContain('secret');
    return true;
  }
}
const packed = (value: unknown) => `rmm1.${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

test('a token is read as it was written, also when a mail programme wrapped it', () => {
  fc.assert(
    fc.property(token, (written) => {
      const text = formatEnrolmentToken(written);
      expect(text).toMatch(/^rmm1\.[\w-]+$/);
      expect(parseEnrolmentToken(text)).toEqual(written);
      expect(parseEnrolmentToken(`  ${text.replace(/(.{20})/g, '$1\r\n')} \n`)).toEqual(written);
    }),
  );
});

test('any other text is refused with one code and no crash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (text, value) => {
      expect(refused(text)).toBe(true);
      expect(refused(`rmm1.${text}`)).toBe(true);
      expect(refused(packed(value))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a token cut short is refused or is still the very same token', () => {
  fc.assert(
    fc.property(token, fc.nat(), (written, at) => {
      const text = formatEnrolmentToken(written);
      const cut = text.slice(0, at % text.length);
      if (!refused(cut)) expect(parseEnrolmentToken(cut)).toEqual(written);
    }),
  );
});

test('each part must be there and be what it should be', () => {
  const good = { u: ['wss://rmm.example/agent'], k: 'key', i: 'id', s: 'secret' };
  expect(refused(packed(good))).toBe(false);
  for (const bad of [
    { u: [] },
    { u: 'wss://rmm.example' },
    { u: ['https://rmm.example'] },
    { u: ['wss://a b'] },
    { u: [1] },
    { p: '' },
    { p: 1 },
    { k: '' },
    { i: 7 },
    { s: null },
  ]) {
    expect(refused(packed({ ...good, ...bad })), JSON.stringify(bad)).toBe(true);
  }
  expect(refused(packed({ ...good, s: 'x'.repeat(20_000) }))).toBe(true);
});
