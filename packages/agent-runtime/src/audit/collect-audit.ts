import { AUDIT_SECTION_NAMES, type Audit, type AuditSectionName } from '@rmm/protocol';
import { reasonOf } from '../agent/agent-log.js';
import type { Collectors } from './collector.js';
import { linuxCollectors } from './linux/linux-collectors.js';
import { macosCollectors } from './macos/macos-collectors.js';
import { tidySection } from './tidy-section.js';
import { windowsCollectors } from './windows/windows-collectors.js';

/** A section that takes longer is left out, milliseconds. */
const SECTION_MS = 90_000;

export type CollectedAudit = { [Name in AuditSectionName]?: Audit[Name] | undefined };

/** What this platform can find out. */
export function platformCollectors(platform: NodeJS.Platform = process.platform): Collectors {
  return platform === 'win32' ? windowsCollectors : platform === 'darwin' ? macosCollectors : linuxCollectors;
}

/**
 * All sections at once. One that fails or hangs is left out and told in `problem`; the server keeps what it knew of it.
 */
export async function collectAudit(
  collectors: Collectors,
  problem: (message: string) => void,
  sectionMs: number = SECTION_MS,
): Promise<CollectedAudit> {
  // In the order of the names, whichever is found first.
  const audit: CollectedAudit = Object.fromEntries(AUDIT_SECTION_NAMES.map((name) => [name, undefined]));
  const collect = async <Name extends AuditSectionName>(name: Name) => {
    try {
      const section: CollectedAudit[Name] = tidySection(name, await withinTime(collectors[name](), sectionMs));
      audit[name] = section;
    } catch (error) {
      problem(`${name}: ${reasonOf(error)}`);
    }
  };
  await Promise.all(AUDIT_SECTION_NAMES.map((name) => collect(name)));
  return audit;
}

async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
