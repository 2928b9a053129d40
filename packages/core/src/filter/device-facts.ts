import type { DeviceRow, DeviceSummary } from '../hierarchy/device-model.js';
import type { Facts } from './facts.js';

/** What facts are made of in a device's row, but for the summary of its audits. */
export type FactRow = Pick<DeviceRow, (typeof FACT_ROW_FIELDS)[number]>;

export const FACT_ROW_FIELDS = [
  'id',
  'profileId',
  'state',
  'hostname',
  'description',
  'type',
  'typeOverride',
  'tags',
  'customFields',
  'externalIp',
  'agentVersion',
  'online',
  'enrolledAt',
  'lastSeenAt',
  'lastAuditAt',
  'auditDigest',
] as const satisfies readonly (keyof DeviceRow)[];

/** All that is known of a device beside its audit, wherever it is stored. */
export interface DeviceKnowledge {
  readonly row: FactRow;
  readonly profile: { readonly name: string; readonly description: string } | undefined;
  /** The device groups that it is in. */
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** When it was last seen; {@link SEEN_NOW} for devices that are online. */
  readonly lastSeen: number | null;
}

/**
 * Stands for the present moment at every moment: the last date there is. A device that is online is never “last seen
 * more than two days ago”, however long ago its row was written.
 */
export const SEEN_NOW = 8_640_000_000_000_000;

const GIB = 2 ** 30;

/** What filters and columns see of a device, by the field ids of the catalogue; `auditFacts` knows the rest. */
export function deviceFacts({ row, ...known }: DeviceKnowledge & { readonly row: DeviceRow }): Facts {
  return { ...rowFacts({ row, ...known }), ...summaryFacts(row.summary) };
}

/** What is known of a device beside its audits. Always names the same fields. */
export function rowFacts({ row, profile, groups, lastSeen }: DeviceKnowledge): Facts {
  const suspended = row.state === 'suspended';
  const type = row.typeOverride ?? row.type;
  return {
    'status.online': !suspended && row.online,
    'status.suspended': suspended,
    'device.type': type === 'unknown' ? undefined : type,
    'device.hostname': row.hostname,
    'device.description': row.description,
    'device.lastSeen': lastSeen,
    'device.lastAudit': row.lastAuditAt,
    'device.enrolledAt': row.enrolledAt,
    'device.tags': row.tags,
    'device.groups': groups.map(({ name }) => name),
    'group.id': groups.map(({ id }) => id),
    'profile.id': row.profileId,
    'profile.name': profile?.name,
    'profile.description': profile?.description,
    'network.externalIp': row.externalIp,
    'agent.version': row.agentVersion,
    ...Object.fromEntries(row.customFields.map((value, i) => [`custom.field${i + 1}`, value])),
  };
}

/** What the summary of a device's audits tells. Always names the same fields. */
export function summaryFacts(summary: DeviceSummary): Facts {
  return {
    'device.serial': summary.serial,
    'device.lastUser': summary.lastUser,
    'os.name': summary.osName,
    'os.family': summary.platform,
    'os.version': summary.osVersion,
    'os.architecture': addressWidth(summary.architecture),
    'os.servicePack': summary.servicePack,
    'hardware.cpu': summary.processor,
    'hardware.manufacturer': summary.manufacturer,
    'hardware.model': summary.model,
    'hardware.memoryGb': summary.memoryBytes === undefined ? undefined : summary.memoryBytes / GIB,
    'network.domain': summary.domain,
    'network.ip': summary.ipAddresses,
    'network.mac': summary.macAddresses,
  };
}

/** The fields whose values {@link summaryFacts} tells. */
export const SUMMARY_FACTS: readonly string[] = Object.keys(summaryFacts({}));

/** `64-bit` or `32-bit`, as the guide has it; undefined for architectures that tell neither. */
export function addressWidth(architecture: string | undefined): '64-bit' | '32-bit' | undefined {
  if (architecture === undefined) return undefined;
  if (/64|s390x/i.test(architecture)) return '64-bit';
  return /^(x86|i[3-6]86|ia32|x32|arm|armv\d.*|armhf|ppc|mips|mipsel|s390)$/i.test(architecture) ? '32-bit' : undefined;
}
