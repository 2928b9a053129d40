import type { AuditSectionName } from '@rmm/protocol';

/** What the audit process tells the agent: when it audited, and the hash of each section. */
export interface AuditOutcome {
  /** Server's clock, epoch milliseconds. */
  readonly at: number;
  readonly hashes: { [Name in AuditSectionName]?: string };
}

/** Where a section's `auditData` frame lies, encoded. */
export function frameFileName(section: AuditSectionName): string {
  return `${section}.frame`;
}

/** @returns undefined when the text is something else */
export function parseOutcome(text: string): AuditOutcome | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('at' in value) || typeof value.at !== 'number') return undefined;
  if (!('hashes' in value) || typeof value.hashes !== 'object' || value.hashes === null) return undefined;
  const hashes = Object.entries(value.hashes).filter(
    ([name, hash]) => /^[a-z]+$/.test(name) && typeof hash === 'string',
  );
  return { at: value.at, hashes: Object.fromEntries(hashes) };
}
