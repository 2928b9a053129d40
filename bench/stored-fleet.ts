import type { Audit, SoftwareSection } from '@rmm/protocol';
import { auditSectionModel } from '../packages/core/src/audit/audit-models.js';
import { summariseAudit } from '../packages/core/src/audit/summarise-audit.js';
import type { Data } from '../packages/core/src/data/data.js';
import { auditDigest } from '../packages/core/src/filter/audit-digest.js';
import { factBlockModel } from '../packages/core/src/filter/fact-block-model.js';
import type { FactRecord, Facts, FactValue } from '../packages/core/src/filter/facts.js';
import { filterModel } from '../packages/core/src/filter/filter-models.js';
import { type DeviceRow, deviceModel } from '../packages/core/src/hierarchy/device-model.js';
import { groupMemberModel, groupModel, profileModel } from '../packages/core/src/hierarchy/hierarchy-models.js';

const GIB = 2 ** 30;
const BATCH = 500;

/** Whose devices they are, and the tables that an index is read from. */
export const FLEET_SYSTEM = 's'.repeat(26);
export const FLEET_MODELS = [
  deviceModel,
  profileModel,
  groupModel,
  groupMemberModel,
  auditSectionModel,
  filterModel,
  factBlockModel,
];

type Package = SoftwareSection['packages'][number];

/** How a device of the fleet is named in storage: as long as a real id, in the order of the numbers. */
export const storedId = (i: number): string => `01jwnq5s00${i.toString().padStart(16, '0')}`;

/** Writes devices as a server keeps them after their audits: rows, Profiles and all sections, through the adapter. */
export async function storeFleet(data: Data, fleet: readonly Facts[]): Promise<void> {
  const profileIds = new Set(fleet.map((facts) => text(facts, 'profile.id')));
  await data.insertAll(profileModel, [...profileIds].map(profileRow));
  for (let first = 0; first < fleet.length; first += BATCH) {
    const batch = fleet.slice(first, first + BATCH).map((facts, i) => deviceWithSections(first + i, facts));
    await data.insertAll(
      deviceModel,
      batch.map(({ row }) => row),
    );
    await data.insertAll(
      auditSectionModel,
      batch.flatMap(({ sections }) => sections),
    );
  }
}

function deviceWithSections(i: number, facts: Facts) {
  const audit = auditOf(facts);
  const sections = (Object.keys(audit) as (keyof Audit)[]).map((section) => ({
    deviceId: storedId(i),
    section,
    // Not the real hash of the content, which would take longer than all the rest; nobody here compares it with any.
    hash: `hash-${i.toString().padStart(11, '0')}`,
    data: audit[section],
    at: number(facts, 'device.lastAudit'),
  }));
  const row = deviceRow(i, facts, audit);
  return { row: { ...row, auditDigest: auditDigest(sections, row.summary) }, sections };
}

const text = (facts: Facts, id: string): string => String(facts[id] ?? '');
const number = (facts: Facts, id: string): number => Number(facts[id] ?? 0);
const list = (value: FactValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

function profileRow(id: string) {
  return {
    id,
    name: `Customer ${id.slice('profile-'.length)}`,
    description: '',
    createdAt: 1_700_000_000_000,
    customFieldLabels: [],
    mailRecipients: [],
    powerRatingWatts: null,
    proxy: null,
  };
}

function deviceRow(i: number, facts: Facts, audit: Audit): DeviceRow {
  return {
    id: storedId(i),
    profileId: text(facts, 'profile.id'),
    state: facts['status.suspended'] === true ? 'suspended' : 'active',
    hostname: text(facts, 'device.hostname'),
    description: text(facts, 'device.description'),
    type: text(facts, 'device.type') as DeviceRow['type'],
    typeOverride: null,
    tags: list(facts['device.tags']),
    customFields: [text(facts, 'custom.field1') || null, null, null, null, null],
    summary: summariseAudit(audit),
    externalIp: text(facts, 'network.externalIp'),
    agentVersion: text(facts, 'agent.version'),
    publicKey: `key-${i.toString().padStart(39, '0')}`,
    machine: `machine-${i}`,
    online: facts['status.online'] === true,
    enrolledAt: number(facts, 'device.enrolledAt'),
    lastSeenAt: number(facts, 'device.lastSeen'),
    lastAuditAt: number(facts, 'device.lastAudit'),
    suspendedAt: null,
  };
}

/** An audit that tells these facts, as wordy as real ones. */
function auditOf(facts: Facts): Audit {
  const sizeBytes = Math.round((100 * GIB * number(facts, 'disk.freeGb')) / (number(facts, 'disk.freePercent') || 0.1));
  const freeBytes = Math.round(number(facts, 'disk.freeGb') * GIB);
  return {
    system: {
      hostname: text(facts, 'device.hostname'),
      domain: text(facts, 'network.domain'),
      deviceType: text(facts, 'device.type'),
      platform: text(facts, 'os.family') as Audit['system']['platform'],
      osName: text(facts, 'os.name'),
      osVersion: text(facts, 'os.version'),
      architecture: facts['os.architecture'] === '32-bit' ? 'x86' : 'x64',
      lastUser: text(facts, 'device.lastUser'),
    },
    hardware: hardwareOf(facts, sizeBytes),
    volumes: {
      volumes: [{ mount: 'C:', fileSystem: 'NTFS', sizeBytes: Math.max(1, sizeBytes), freeBytes }],
    },
    network: {
      adapters: list(facts['network.mac']).map((mac, at) => ({
        name: list(facts['hardware.networkAdapter'])[0] ?? '',
        mac,
        addresses: at === 0 ? [...list(facts['network.ip'])] : [],
      })),
    },
    software: { packages: packagesOf(facts) },
    security: {
      antivirus: [{ product: 'Acme Defence', enabled: facts['security.antivirus'] === true }],
      firewall: [{ product: 'Acme Wall', enabled: facts['security.firewall'] === true }],
      ...(typeof facts['security.windowsUpdate'] === 'boolean' && {
        updates: { enabled: facts['security.windowsUpdate'], product: 'Windows Update' },
      }),
    },
  };
}

function hardwareOf(facts: Facts, sizeBytes: number): Audit['hardware'] {
  const named = (id: string) => list(facts[id]).map((name) => ({ name }));
  return {
    manufacturer: text(facts, 'hardware.manufacturer'),
    model: text(facts, 'hardware.model'),
    serial: text(facts, 'device.serial'),
    bios: {
      vendor: text(facts, 'bios.name'),
      version: text(facts, 'bios.version'),
      releasedOn: new Date(number(facts, 'bios.releasedAt')).toISOString().slice(0, 10),
    },
    motherboard: { model: text(facts, 'hardware.motherboard') },
    processors: [{ model: text(facts, 'hardware.cpu'), cores: number(facts, 'hardware.cpuCores') }],
    memoryBytes: number(facts, 'hardware.memoryGb') * GIB,
    displayAdapters: named('hardware.displayAdapter'),
    monitors: named('hardware.monitor'),
    disks: [{ name: 'disk 0', sizeBytes, kind: 'ssd' }],
  };
}

function packagesOf(facts: Facts): Package[] {
  const source = { windows: 'windows', macos: 'macos' }[text(facts, 'os.family')] ?? 'dpkg';
  return ((facts.software ?? []) as readonly FactRecord[]).map(({ name, version }, at) => ({
    name: String(name),
    version: String(version),
    architecture: 'x64',
    publisher: `${String(name).split(' ')[0]} Software, Inc.`,
    installedOn: `2025-0${1 + (at % 9)}-1${at % 10}`,
    sizeBytes: 1_000_000 + at * 65_536,
    source,
  }));
}
