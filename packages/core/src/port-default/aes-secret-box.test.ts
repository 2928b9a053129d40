import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aesSecretBox } from './aes-secret-box.js';

const unreadable = expect.objectContaining({ code: 'SECRET_UNREADABLE' });
const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];

test('what was sealed opens again in its own place, and nowhere else', async () => {
  const box = aesSecretBox(first);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), async (plain, here, elsewhere) => {
      const sealed = await box.seal(plain, here);
      expect(await box.open(sealed, here)).toBe(plain);
      if (elsewhere !== here) await expect(box.open(sealed, elsewhere)).rejects.toThrow(unreadable);
    }),
  );
});

test('the sealed text tells nothing but its length, and differs each time', async () => {
  const box = aesSecretBox(first);
  const sealed = await Promise.all(Array.from({ length: 100 }, () => box.seal('the password', 'place')));
  expect(new Set(sealed).size).toBe(100);
  for (const text of sealed) {
    expect(text).toMatch(/^s1\.[\w-]{8}\.[\w-]+$/);
    expect(Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('password');
  }
});

test('a changed byte, a cut and junk are refused with one code', async () => {
  const box = aesSecretBox(first);
  const sealed = await box.seal('a secret', 'place');
  const [version = '', id = '', body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const spoilt = Buffer.from(bytes);
    spoilt[at] = (spoilt[at] ?? 0) ^ 1;
    await expect(box.open(`${version}.${id}.${spoilt.toString('base64url')}`, 'place')).rejects.toThrow(unreadable);
    const cut = bytes.subarray(0, at).toString('base64url');
    await expect(box.open(`${version}.${id}.${cut}`, 'place')).rejects.toThrow(unreadable);
  }
  for (const junk of ['', 'x', 's1', `s2.${id}.${body}`, `s1..${body}`, `s1.${id}`, 'a secret']) {
    await expect(box.open(junk, 'place')).rejects.toThrow(unreadable);
  }
});

test('after a change of the master key the former ones still open, and only the newest seals', async () => {
  const old = await aesSecretBox(first).seal('old', 'place');
  const rotated = aesSecretBox(second, [first]);
  const sealed = await rotated.seal('new', 'place');
  expect(await rotated.open(old, 'place')).toBe('old');
  expect(await aesSecretBox(third, [second, first]).open(old, 'place')).toBe('old');
  expect(await aesSecretBox(second).open(sealed, 'place')).toBe('new');
  await expect(aesSecretBox(second).open(old, 'place')).rejects.toThrow(unreadable);
  await expect(aesSecretBox(third).open(sealed, 'place')).rejects.toThrow(/master key/);
});
