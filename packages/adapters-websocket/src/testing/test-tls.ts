import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TlsIdentity, tlsIdentity } from '../tls-identity.js';

let made: Promise<TlsIdentity> | undefined;

/** A TLS identity, the same for all tests of a file. */
export function testTls(): Promise<TlsIdentity> {
  made ??= make();
  return made;
}

async function make(): Promise<TlsIdentity> {
  const dir = await mkdtemp(join(tmpdir(), 'rmm-tls-'));
  try {
    return await tlsIdentity({ dir });
  } finally {
    await rm(dir, { recursive: true });
  }
}
