import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { virtualClock } from '../testing/virtual-clock.js';
import { aesSecretBox } from './aes-secret-box.js';
import { storedSigner, systemKeyModel } from './stored-signer.js';
import { timeOrderedIds } from './time-ordered-ids.js';

const key = () => new Uint8Array(randomBytes(32));
const unreadable = { code: 'SECRET_UNREADABLE' };

describe('the secret box', () => {
  test('opens what it sealed, and never seals twice the same', async () => {
    const box = aesSecretBox(key());
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (plain, context) => {
        const [one, two] = [await box.seal(plain, context), await box.seal(plain, context)];
        expect(one).not.toBe(two);
        expect(await box.open(one, context)).toBe(plain);
      }),
    );
  });

  test('opens nothing that was changed in any place', async () => {
    const box = aesSecretBox(key());
    const sealed = await box.seal('a secret', 'here');
    const [version, id, body = ''] = sealed.split('.');
    for (let at = 0; at < body.length; at++) {
      const other = body[at] === 'A' ? 'B' : 'A';
      const changed = `${version}.${id}.${body.slice(0, at)}${other}${body.slice(at + 1)}`;
      // The last character may carry bits that no byte needs.
      if (Buffer.from(changed.split('.')[2] ?? '', 'base64url').equals(Buffer.from(body, 'base64url'))) continue;
      await expect(box.open(changed, 'here')).rejects.toMatchObject(unreadable);
    }
  });

  test.each(['', 'junk', 's1', 's1.', 's1..', 's1.AAAAAAAA.', 's2.x.y', 's1.x.y.z'])(
    'opens no junk: %j',
    async (sealed) => {
      await expect(aesSecretBox(key()).open(sealed, 'here')).rejects.toMatchObject(unreadable);
    },
  );

  test('binds a secret to its place and to its key', async () => {
    const box = aesSecretBox(key());
    const sealed = await box.seal('a secret', 'system/a');
    await expect(box.open(sealed, 'system/b')).rejects.toMatchObject(unreadable);
    const fault = await aesSecretBox(key())
      .open(sealed, 'system/a')
      .catch((error: Error) => error.message);
    expect(fault).toContain('another master key');
  });

  test('lets a new key take over: the former one opens, the new one seals', async () => {
    const [former, current] = [key(), key()];
    const old = await aesSecretBox(former).seal('a secret', 'here');
    const box = aesSecretBox(current, [former]);
    expect(await box.open(old, 'here')).toBe('a secret');
    const anew = await box.seal('a secret', 'here');
    await expect(aesSecretBox(former).open(anew, 'here')).rejects.toMatchObject(unreadable);
    expect(await aesSecretBox(current).open(anew, 'here')).toBe('a secret');
  });
});

describe('ids', () => {
  test('sort in the order in which they were made, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 1, maxLength: 60 }), (jumps) => {
        let now = 1_800_000_000_000;
        const ids = timeOrderedIds({ now: () => now, after: () => () => undefined });
        const made = jumps.flatMap((jump) => {
          now += jump;
          return [ids.next(), ids.next()];
        });
        expect([...made].sort()).toEqual(made);
        expect(new Set(made).size).toBe(made.length);
        for (const id of made) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
      }),
    );
  });

  test('of two processes in the same millisecond differ', () => {
    const clock = virtualClock();
    const [one, two] = [timeOrderedIds(clock), timeOrderedIds(clock)];
    const made = Array.from({ length: 2000 }, () => [one.next(), two.next()]).flat();
    expect(new Set(made).size).toBe(made.length);
  });

  test('give as many random bytes as are asked for', () => {
    const ids = timeOrderedIds(virtualClock());
    expect(ids.random(24)).toHaveLength(24);
    expect(ids.random(24)).not.toEqual(ids.random(24));
  });
});

describe("the Systems' keys", () => {
  const storage = sqliteStorage({ memory: true });
  const secretBox = aesSecretBox(key());
  const signer = (box = secretBox) => storedSigner({ storage, secretBox: box, clock: virtualClock() });
  beforeAll(() => storage.migrate([systemKeyModel.def]));
  afterAll(() => storage.close());

  test('are one for each System, however many ask first, here and in other processes', async () => {
    const processes = [signer(), signer(), signer()];
    const keys = await Promise.all(
      processes.flatMap((one) => [one.publicKey('a'), one.publicKey('a'), one.publicKey('b')]),
    );
    expect(new Set(keys).size).toBe(2);
    expect(await signer().publicKey('a')).toBe(keys[0]);
    expect(await storage.count('systemKey')).toBe(2);
  });

  test('sign what their public half verifies, and only theirs', async () => {
    const message = new TextEncoder().encode('message');
    const sig = Buffer.from(await signer().sign('a', message), 'base64url');
    const check = async (systemId: string) => {
      const x = await signer().publicKey(systemId);
      return verify(null, message, createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } }), sig);
    };
    expect(await check('a')).toBe(true);
    expect(await check('b')).toBe(false);
  });

  test('are stored sealed, and useless under another master key', async () => {
    await signer().publicKey('a');
    const [row] = await storage.find('systemKey');
    expect(String(row?.sealedPrivateKey)).toMatch(/^s1\./);
    await expect(signer(aesSecretBox(key())).publicKey('a')).rejects.toMatchObject(unreadable);
  });

  test('that could not be read are tried again', async () => {
    let fails = 1;
    const flaky = {
      ...secretBox,
      open: (sealed: string, context: string) =>
        fails-- > 0 ? Promise.reject(new Error('the KMS is away')) : secretBox.open(sealed, context),
    };
    const one = signer(flaky);
    await expect(one.publicKey('a')).rejects.toThrow('away');
    expect(await one.publicKey('a')).toBe(await signer().publicKey('a'));
  });
});
