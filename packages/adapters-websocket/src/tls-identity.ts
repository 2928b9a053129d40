import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RmmError } from '@rmm/protocol';
import { pinOf } from './pin-of.js';

const FILE = 'agent-tls.pem';
const DAY_MS = 86_400_000;
const VALID_DAYS = 20 * 365;
/** A certificate with less time left is renewed at the next start. */
const RENEW_DAYS = 365;

/** A server's TLS key, its certificate, and how agents know it. */
export interface TlsIdentity {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
  /** See {@link pinOf}. */
  readonly pin: string;
}

/**
 * The server's own TLS identity, an ECDSA P-256 key and a self-signed certificate. Made at the first start and kept in one file in
 * `dir`, readable by its owner only; found again later. The certificate is renewed with the same key, so that the pin, which
 * agents hold for good, never changes.
 * @throws RmmError `STORAGE_UNWRITABLE`; `INVALID_INPUT` when the file is damaged
 */
export async function tlsIdentity(options: { readonly dir: string }): Promise<TlsIdentity> {
  const file = join(options.dir, FILE);
  try {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    return (await existing(file)) ?? (await made(file));
  } catch (cause) {
    if (cause instanceof RmmError) throw cause;
    throw new RmmError('STORAGE_UNWRITABLE', `The TLS identity cannot be kept in ${file}: make the folder writable`, {
      details: { file },
      cause,
    });
  }
}

async function existing(file: string): Promise<TlsIdentity | undefined> {
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const mode = (await stat(file)).mode;
  if ((mode & 0o077) !== 0 && process.platform !== 'win32') await chmod(file, 0o600);
  const identity = parse(pem, file);
  const left = Date.parse(new X509Certificate(identity.cert).validTo) - Date.now();
  if (left > RENEW_DAYS * DAY_MS) return identity;
  const renewed = await issue(identity.key);
  await replace(file, renewed);
  return renewed;
}

async function made(file: string): Promise<TlsIdentity> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const identity = await issue(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const temporary = await written(file, identity);
  try {
    // Unlike a rename, a link does not replace the identity that another process may have made meanwhile.
    await link(temporary, file);
  } catch (error) {
    const there = await existing(file);
    if (there) return there;
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw error;
    await rename(temporary, file); // a file system without links
  } finally {
    await rm(temporary, { force: true });
  }
  return identity;
}

async function replace(file: string, identity: TlsIdentity): Promise<void> {
  await rename(await written(file, identity), file);
}

/** Writes the identity to a temporary file beside `file`, down to the disk. */
async function written(file: string, { key, cert }: TlsIdentity): Promise<string> {
  const temporary = `${file}.${randomUUID()}`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(key + cert);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}

async function issue(key: string): Promise<TlsIdentity> {
  // Loaded only when needed: it is large.
  const { generate } = await import('selfsigned');
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const name = 'rmm-server';
  const { cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    keyPair: { privateKey: key, publicKey },
    // Agents' clocks may be slow.
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key, cert: `${cert.trim()}\n`, pin: pinOf(cert) };
}

function parse(pem: string, file: string): TlsIdentity {
  try {
    const key = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
    const cert = new X509Certificate(pem);
    if (!cert.checkPrivateKey(createPrivateKey(key))) throw new Error('The key is not that of the certificate');
    return { key, cert: cert.toString(), pin: pinOf(cert.toString()) };
  } catch (cause) {
    throw new RmmError(
      'INVALID_INPUT',
      `${file} holds no usable TLS key and certificate: restore it from a backup. Without it all agents must enrol again`,
      { details: { file }, cause },
    );
  }
}
