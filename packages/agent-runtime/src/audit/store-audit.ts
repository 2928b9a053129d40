import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIT_SECTION_NAMES, type AuditSectionName, isRmmError } from '@rmm/protocol';
import { encodeAgentFrame } from '@rmm/protocol/codec';
import { writeDurably } from '../storage/write-durably.js';
import { type AuditOutcome, frameFileName } from './audit-outcome.js';
import type { CollectedAudit } from './collect-audit.js';
import { sectionHash } from './section-hash.js';

/**
 * Leaves each section as an encoded `auditData` frame, so that the agent sends it without even parsing it. It may send one of
 * the last audit meanwhile, so each file holds a whole frame at any instant.
 */
export async function storeAudit(audit: CollectedAudit, folder: string, at: number): Promise<AuditOutcome> {
  const hashes: AuditOutcome['hashes'] = {};
  for (const name of AUDIT_SECTION_NAMES) {
    const path = join(folder, frameFileName(name));
    const section = audit[name];
    if (section === undefined) {
      await rm(path, { force: true });
      continue;
    }
    const { bytes, fitted } = encodeFitting(name, section, at);
    await writeDurably(path, bytes);
    hashes[name] = sectionHash(fitted);
  }
  return { at, hashes };
}

/** The frame of a section; of one that no frame can hold, the half of each list, and so on. */
function encodeFitting(name: AuditSectionName, section: object, at: number): { bytes: Uint8Array; fitted: object } {
  try {
    return { bytes: encodeAgentFrame({ kind: 'auditData', at, sections: { [name]: section } }), fitted: section };
  } catch (error) {
    if (!isRmmError(error, 'FRAME_TOO_LARGE')) throw error;
    const halves = Object.entries(section).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.slice(0, value.length / 2) : value,
    ]);
    return encodeFitting(name, Object.fromEntries(halves), at);
  }
}
