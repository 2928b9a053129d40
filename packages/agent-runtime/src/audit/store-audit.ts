import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIT_SECTION_NAMES } from '@rmm/protocol';
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
    await writeDurably(path, encodeAgentFrame({ kind: 'auditData', at, sections: { [name]: section } }));
    hashes[name] = sectionHash(section);
  }
  return { at, hashes };
}
