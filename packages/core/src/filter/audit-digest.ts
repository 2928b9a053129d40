import { createHash } from 'node:crypto';
import { canonicalJson } from '@rmm/protocol';
import type { DeviceSummary } from '../hierarchy/device-model.js';
import { FACT_SECTIONS } from './audit-facts.js';

const DIGITS = 13;

/** What a stored section is named by. */
export interface HashedSection {
  readonly section: string;
  readonly hash: string;
}

/**
 * A number that names all that a device's audits tell in facts: 52 bits of a hash over the hashes of its sections and the
 * summary in its row, never 0; null where it has no such section. It is kept in the row, written with both.
 */
export function auditDigest(sections: Iterable<HashedSection>, summary: DeviceSummary): number | null {
  const told = [...sections].filter(({ section }) => FACT_SECTIONS.some((name) => name === section));
  if (told.length === 0) return null;
  const lines = told.map(({ section, hash }) => `${section} ${hash}`).sort();
  // As it comes back from storage, without what is undefined.
  const stored: unknown = JSON.parse(JSON.stringify(summary));
  const hash = createHash('sha256')
    .update([...lines, canonicalJson(stored)].join('\n'))
    .digest('hex');
  return Number.parseInt(hash.slice(0, DIGITS), 16) || 1;
}
