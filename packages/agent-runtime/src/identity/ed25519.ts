import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** A key pair; both halves as raw 32 bytes, base64url. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export function generateKeys(): KeyPair {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (jwk.x === undefined || jwk.d === undefined) throw new Error('No Ed25519 in this build of Node');
  return { publicKey: jwk.x, privateKey: jwk.d };
}

/** An Ed25519 signature, base64url. */
export function signWith({ publicKey, privateKey }: KeyPair, message: Uint8Array): string {
  const key = createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: publicKey, d: privateKey } });
  return sign(null, message, key).toString('base64url');
}

/** Whether a signature holds; false for anything malformed. */
export function isSignedBy(publicKey: string, message: Uint8Array, signature: string): boolean {
  try {
    return verify(null, message, importKey(publicKey), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

function importKey(raw: string): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: raw } });
}
