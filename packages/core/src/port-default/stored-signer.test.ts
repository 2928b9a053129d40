import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { Storage } from '../storage/storage.js';
import { virtualClock } from '../testing/virtual-clock.js';
import { aesSecretBox } from './aes-secret-box.js';
import { storedSigner, systemKeyModel } from './stored-signer.js';

const masterKey = randomBytes(32);
const signerOn = (storage: Storage, key: Uint8Array = masterKey) =>
  storedSigner({ storage, secretBox: aesSecretBox(key), clock: virtualClock() });
const message = new TextEncoder().encode('run this');

async function openStorage(): Promise<Storage> {
  const storage = sqliteStorage({ memory: true });
  await storage.migrate([systemKeyModel.def]);
  onTestFinished(() => storage.close());
  return storage;
}

/** As an agent checks it: by the raw public key alone. */
function isSigned(publicKey: string, text: Uint8Array, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, text, key, Buffer.from(signature, 'base64url'));
}

/** A storage in which the first search of each of `count` processes ends only when all have searched. */
function abreast(storage: Storage, count: number): Storage {
  let searching = 0;
  let all: () => void = () => {};
  const together = new Promise<void>((resolve) => {
    all = resolve;
  });
  const find: Storage['find'] = async (...search) => {
    const found = await storage.find(...search);
    searching += 1;
    if (searching >= count) all();
    await together;
    return found;
  };
  return new Proxy(storage, {
    get: (target, name) => {
      const value: unknown = name === 'find' ? find : Reflect.get(target, name);
      return typeof value === 'function' && name !== 'find' ? value.bind(target) : value;
    },
  });
}

test('a System gets one key, at its first use, and keeps it over a restart', async () => {
  const storage = await openStorage();
  const publicKey = await signerOn(storage).publicKey('a');
  expect(Buffer.from(publicKey, 'base64url').length).toBe(32);
  const restarted = signerOn(storage);
  const signature = await restarted.sign('a', message);
  expect(await restarted.publicKey('a')).toBe(publicKey);
  expect(isSigned(publicKey, message, signature)).toBe(true);
  expect(isSigned(publicKey, new TextEncoder().encode('run that'), signature)).toBe(false);
  expect(await storage.count('systemKey')).toBe(1);
});

test('two Systems have two keys', async () => {
  const signer = signerOn(await openStorage());
  const [a, b] = [await signer.publicKey('a'), await signer.publicKey('b')];
  expect(a).not.toBe(b);
  expect(isSigned(a, message, await signer.sign('b', message))).toBe(false);
});

test('processes that use a System for the first time at the same moment agree on one key', async () => {
  const storage = await openStorage();
  const shared = abreast(storage, 4);
  const signers = Array.from({ length: 4 }, () => signerOn(shared));
  const keys = await Promise.all(signers.map((signer) => signer.publicKey('a')));
  expect(new Set(keys).size).toBe(1);
  expect(await storage.count('systemKey')).toBe(1);
  for (const signer of signers) expect(isSigned(keys[0] ?? '', message, await signer.sign('a', message))).toBe(true);
});

test('the private key is never stored in the clear, and opens only with the master key', async () => {
  const storage = await openStorage();
  const signer = signerOn(storage);
  await signer.publicKey('a');
  const [row] = await storage.find('systemKey');
  expect(row?.sealedPrivateKey).toMatch(/^s1\./);
  const unreadable = expect.objectContaining({ code: 'SECRET_UNREADABLE' });
  await expect(signerOn(storage, randomBytes(32)).sign('a', message)).rejects.toThrow(unreadable);
});

test('a key moved to another System does not open there', async () => {
  const storage = await openStorage();
  await signerOn(storage).publicKey('a');
  const [row] = await storage.find('systemKey');
  await storage.insert('systemKey', [{ ...row, systemId: 'b' }]);
  await expect(signerOn(storage).sign('b', message)).rejects.toThrow(
    expect.objectContaining({ code: 'SECRET_UNREADABLE' }),
  );
});

test('after a failure the next use tries again', async () => {
  const storage = await openStorage();
  let broken = true;
  const flaky = new Proxy(storage, {
    get: (target, name) => {
      if (name === 'find' && broken) return () => Promise.reject(new Error('The database is away'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const signer = signerOn(flaky);
  await expect(signer.publicKey('a')).rejects.toThrow('away');
  broken = false;
  expect(await signer.publicKey('a')).toBe(await signerOn(storage).publicKey('a'));
});
