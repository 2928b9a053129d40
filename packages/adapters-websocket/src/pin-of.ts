import { createHash, X509Certificate } from 'node:crypto';
import { RmmError } from '@rmm/protocol';

/**
 * The pin of a certificate: SHA-256 over its public key (SPKI, DER; RFC 7469 section 2.4), base64url. It stays the same when
 * the certificate is renewed with the same key.
 * @param cert - PEM or DER; of a chain, the first
 * @throws RmmError `INVALID_INPUT`
 */
export function pinOf(cert: string | Buffer): string {
  return createHash('sha256')
    .update(parse(cert).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

/** Whether a certificate vouches for itself, so that no authority can be asked about it. */
export function isSelfSigned(cert: string | Buffer): boolean {
  const parsed = parse(cert);
  // Not checkIssued(): it also demands a key usage that a server's own certificate has no need of.
  return parsed.issuer === parsed.subject && parsed.verify(parsed.publicKey);
}

function parse(cert: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (cause) {
    throw new RmmError('INVALID_INPUT', 'The certificate is neither PEM nor DER', { cause });
  }
}
