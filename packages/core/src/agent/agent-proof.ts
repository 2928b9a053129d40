import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { signingBytes } from '@rmm/protocol';

/** The fixed DER head of an Ed25519 public key (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

function publicKeyOf(raw: string): KeyObject | undefined {
  const bytes = Buffer.from(raw, 'base64url');
  if (bytes.length !== 32) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: 'der', type: 'spki' });
}

/** Whether `proof` (base64url) is the signature of `lines` for this purpose under a raw Ed25519 public key (base64url). */
export function provenBy(
  publicKey: string,
  purpose: Parameters<typeof signingBytes>[0],
  lines: readonly string[],
  proof: string,
): boolean {
  const key = publicKeyOf(publicKey);
  if (!key) return false;
  return verify(null, signingBytes(purpose, lines.join('\n')), key, Buffer.from(proof, 'base64url'));
}
