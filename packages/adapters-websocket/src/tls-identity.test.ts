import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { requires } from '../../../test/support/requires.js';
import { pinOf } from './pin-of.js';
import { tlsIdentity } from './tls-identity.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rmm-tls-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});
const theFile = async () => join(dir, (await readdir(dir))[0] ?? '');

describe('the TLS identity', () => {
  test('is made once, for its owner only, and found again', async () => {
    const made = await tlsIdentity({ dir: join(dir, 'deep', 'down') });
    expect(await tlsIdentity({ dir: join(dir, 'deep', 'down') })).toEqual(made);
    const [file = '', ...others] = await readdir(join(dir, 'deep', 'down'));
    expect(others).toEqual([]);
    const path = join(dir, 'deep', 'down', file);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(createPrivateKey(made.key).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const cert = new X509Certificate(made.cert);
    expect(Date.parse(cert.validTo) - Date.now()).toBeGreaterThan(15 * 365 * 86_400_000);
    expect(Date.parse(cert.validFrom)).toBeLessThan(Date.now());
    expect(cert.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
  });

  test('made by two processes at the same time is one', async () => {
    const identities = await Promise.all(Array.from({ length: 8 }, () => tlsIdentity({ dir })));
    expect(new Set(identities.map(({ pin }) => pin)).size).toBe(1);
    expect(await readdir(dir)).toHaveLength(1);
  });

  test('keeps key and pin when its certificate is about to expire', async () => {
    const made = await tlsIdentity({ dir });
    const old = await generate([{ name: 'commonName', value: 'old' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      keyPair: { privateKey: made.key, publicKey: await pem('spki', made.key) },
      notAfterDate: new Date(Date.now() + 86_400_000),
    });
    await writeFile(await theFile(), made.key + old.cert);
    const renewed = await tlsIdentity({ dir });
    expect(renewed.key).toBe(made.key);
    expect(renewed.pin).toBe(made.pin);
    expect(new X509Certificate(renewed.cert).subject).not.toBe('CN=old');
    expect(await tlsIdentity({ dir })).toEqual(renewed);
  });

  test('that others could read is closed to them', async () => {
    await tlsIdentity({ dir });
    await chmod(await theFile(), 0o644);
    await tlsIdentity({ dir });
    if (process.platform !== 'win32') expect((await stat(await theFile())).mode & 0o777).toBe(0o600);
  });

  test('that is damaged is refused by name and never replaced', async () => {
    const { key, cert } = await tlsIdentity({ dir });
    const file = await theFile();
    const foreign = (await generate([{ name: 'commonName', value: 'x' }], { keyType: 'ec', algorithm: 'sha256' })).cert;
    for (const damaged of ['', key, cert, key.slice(0, 60) + cert, key + foreign]) {
      await writeFile(file, damaged);
      await expect(tlsIdentity({ dir })).rejects.toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
      await expect(tlsIdentity({ dir })).rejects.toThrow(file);
      expect(await readFile(file, 'utf8')).toBe(damaged);
    }
  });

  test('in a folder that cannot be written is refused by name', async () => {
    await writeFile(join(dir, 'file'), '');
    const inside = join(dir, 'file', 'folder');
    await expect(tlsIdentity({ dir: inside })).rejects.toThrow(expect.objectContaining({ code: 'STORAGE_UNWRITABLE' }));
    await expect(tlsIdentity({ dir: inside })).rejects.toThrow(inside);
  });
});

describe.runIf(requires('openssl', spawnSync('openssl', ['version']).status === 0))('openssl', () => {
  test('finds the same pin, and the certificate sound', async () => {
    const { cert, pin } = await tlsIdentity({ dir });
    const openssl = (args: string[], input: string | Buffer) =>
      execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] });
    const spki = openssl(['pkey', '-pubin', '-outform', 'der'], openssl(['x509', '-noout', '-pubkey'], cert));
    expect(openssl(['dgst', '-sha256', '-binary'], spki).toString('base64url')).toBe(pin);
    const file = join(dir, 'cert.pem');
    await writeFile(file, cert);
    expect(openssl(['verify', '-CAfile', file, file], '').toString()).toContain('OK');
  });
});

test('the pin is that of the first certificate, PEM or DER; anything else is refused', async () => {
  const { cert, pin } = await tlsIdentity({ dir });
  const other = (await generate([{ name: 'commonName', value: 'x' }], { keyType: 'ec', algorithm: 'sha256' })).cert;
  expect(pinOf(cert + other)).toBe(pin);
  expect(pinOf(new X509Certificate(cert).raw)).toBe(pin);
  expect(() => pinOf('junk')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

async function pem(type: 'spki', key: string): Promise<string> {
  const { createPublicKey } = await import('node:crypto');
  return createPublicKey(key).export({ type, format: 'pem' }).toString();
}
