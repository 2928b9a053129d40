import type { Audit, AuditSectionName } from '@rmm/protocol';
import type { FactRecord, Facts } from './facts.js';
import type { VersionScheme } from './version/version-scheme.js';

const GIB = 2 ** 30;
/** These file systems are always full. */
const FULL_BY_NATURE = /^(iso9660|udf|cdfs|squashfs|erofs|cramfs)$/i;
/** How versions compare, by where the entry of a package comes from. */
const SCHEMES: Readonly<Record<string, VersionScheme>> = { dpkg: 'debian', rpm: 'rpm', windows: 'windows' };

type FactsOf = { readonly [Name in AuditSectionName]?: (section: Audit[Name]) => Facts };

const FACTS_OF: FactsOf = {
  hardware: ({ bios, motherboard, processors, displayAdapters, monitors }) => ({
    'hardware.cpuCores': coresOf(processors),
    'bios.name': bios?.vendor,
    'bios.version': bios?.version,
    'bios.releasedAt': bios?.releasedOn,
    'hardware.displayAdapter': displayAdapters.map(({ name }) => name),
    'hardware.monitor': monitors.map(({ name }) => name),
    'hardware.motherboard': [motherboard?.manufacturer, motherboard?.model].filter(Boolean).join(' '),
  }),
  volumes: ({ volumes }) => {
    const fixed = volumes.filter(({ sizeBytes, fileSystem = '' }) => sizeBytes > 0 && !FULL_BY_NATURE.test(fileSystem));
    if (fixed.length === 0) return {};
    return {
      'disk.freeGb': Math.min(...fixed.map(({ freeBytes }) => freeBytes / GIB)),
      'disk.freePercent': Math.min(...fixed.map(({ freeBytes, sizeBytes }) => (100 * freeBytes) / sizeBytes)),
    };
  },
  network: ({ adapters }) => ({ 'hardware.networkAdapter': adapters.map(({ name }) => name) }),
  software: ({ packages }) => ({
    software: packages.map(({ name, version, source }): FactRecord => ({ name, version, scheme: SCHEMES[source] })),
  }),
  security: ({ antivirus, firewall, updates }) => ({
    'security.antivirus': antivirus.some(({ enabled }) => enabled),
    'security.firewall': firewall.some(({ enabled }) => enabled),
    'security.windowsUpdate': updates?.enabled,
  }),
};

/** The sections that hold facts which the device's row does not hold. */
export const FACT_SECTIONS = Object.keys(FACTS_OF) as AuditSectionName[];

/** The fields and lists whose values {@link auditFacts} tells. */
export const AUDIT_FACTS: readonly string[] = [
  'hardware.cpuCores',
  'bios.name',
  'bios.version',
  'bios.releasedAt',
  'hardware.displayAdapter',
  'hardware.monitor',
  'hardware.motherboard',
  'disk.freeGb',
  'disk.freePercent',
  'hardware.networkAdapter',
  'software',
  'security.antivirus',
  'security.firewall',
  'security.windowsUpdate',
];

const SECTION_OF: readonly (readonly [RegExp, AuditSectionName])[] = [
  [/^software\./, 'software'],
  [/^security\./, 'security'],
  [/^disk\./, 'volumes'],
  [/^hardware\.networkAdapter$/, 'network'],
  [/^bios\.|^hardware\.(cpuCores|displayAdapter|monitor|motherboard)$/, 'hardware'],
];

/** The section of an audit that {@link auditFacts} takes a field's value from; undefined for other fields. */
export const sectionOf = (fieldId: string): AuditSectionName | undefined =>
  SECTION_OF.find(([fields]) => fields.test(fieldId))?.[1];

/** What an audit tells beyond the summary in the device's row. */
export function auditFacts(sections: Partial<Audit>): Facts {
  const { hardware, volumes, network, software, security } = sections;
  return {
    ...(hardware && FACTS_OF.hardware?.(hardware)),
    ...(volumes && FACTS_OF.volumes?.(volumes)),
    ...(network && FACTS_OF.network?.(network)),
    ...(software && FACTS_OF.software?.(software)),
    ...(security && FACTS_OF.security?.(security)),
  };
}

/** Undefined unless every processor tells. */
function coresOf(processors: Audit['hardware']['processors']): number | undefined {
  if (processors.length === 0 || processors.some(({ cores }) => cores === undefined)) return undefined;
  return processors.reduce((sum, { cores = 0 }) => sum + cores, 0);
}
