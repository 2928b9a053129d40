import { createHash } from 'node:crypto';
import { canonicalJson } from '@rmm/protocol';

/** By which agent and server tell whether a section changed: 96 bits of SHA-256 over its canonical JSON. */
export function sectionHash(section: unknown): string {
  return createHash('sha256').update(canonicalJson(section)).digest('base64url').slice(0, 16);
}
