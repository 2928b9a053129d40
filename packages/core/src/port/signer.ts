/**
 * Holds one Ed25519 key per System. Agents run only what their System's key signed, so whoever keeps this port (an HSM,
 * a KMS) decides what can run; the default keeps the keys in storage, sealed by the SecretBox.
 */
export interface Signer {
  /** The raw 32-byte public key of a System, base64url; made at first use. */
  publicKey(systemId: string): Promise<string>;
  /** An Ed25519 signature, base64url. */
  sign(systemId: string, message: Uint8Array): Promise<string>;
}
