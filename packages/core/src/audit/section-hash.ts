import { createHash } from 'node:crypto';
import { canonicalJson } from '@rmm/protocol';

/** How both sides name the content of an audit section: 96 bits of its SHA-256, base64url. */
export function sectionHash(data: unknown): string {
  return createHash('sha256').update(canonicalJson(data)).digest('base64url').slice(0, 16);
}
