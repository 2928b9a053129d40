/**
 * Encrypts secrets at rest. `context` names the place of the secret (System, model, row) and is bound to the
 * ciphertext, so that a sealed value copied elsewhere does not open.
 */
export interface SecretBox {
  seal(plain: string, context: string): Promise<string>;
  /** @throws RmmError `SECRET_UNREADABLE` when the value was sealed with another key or for another context. */
  open(sealed: string, context: string): Promise<string>;
}
