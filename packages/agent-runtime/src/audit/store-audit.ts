import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIT_SECTION_NAMES } from '@rmm/protocol';
import { encodeAgentFrame } from '@rmm/protocol/codec';
import { type AuditOutcome, frameFileName } from './audit-outcome.js';
import type { CollectedAudit } from './collect-audit.js';
import { sectionHash } from './section-hash.js';

/** Leaves each section as an encoded `auditData` frame, so that the agent sends it without even parsing it. */
export async function storeAudit(audit: CollectedAudit, folder: string, at: number): Promise<AuditOutcome> {
  const hashes: AuditOutcome['hashes'] = {};
  for (const name of AUDIT_SECTION_NAMES) {
    const path = join(folder, frameFileName(name));
    const section = audit[name];
    if (section === undefined) {
      await rm(path, { force: true });
      continue;
    }
    await writeFile(path, encodeAgentFrame({ kind: 'auditData', at, sections: { [name]: section } }), { mode: 0o600 });
    hashes[name] = sectionHash(section);
  }
  return { at, hashes };
}
