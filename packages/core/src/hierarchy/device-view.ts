import type { Static } from 'typebox';
import type { Presence } from '../agent/presence.js';
import { addressWidth } from '../filter/device-facts.js';
import { readSurroundings } from '../filter/read-devices.js';
import type { OperationContext } from '../operation/operation.js';
import type { DeviceView } from './device-contract.js';
import type { DeviceRow } from './device-model.js';
import { favouriteDevices } from './favourites.js';
import { profileModel, type SystemRow, systemModel } from './hierarchy-models.js';
import { isoTime, isoTimeOrNull } from './iso-time.js';

export type DeviceViewType = Static<typeof DeviceView>;
type Context = Pick<OperationContext, 'data' | 'systemId' | 'actor'>;

/** What devices look like to an actor, in the order given. */
export async function deviceViews(
  presence: Presence,
  { data, systemId, actor }: Context,
  rows: readonly DeviceRow[],
): Promise<DeviceViewType[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const surroundings = await readSurroundings(data, rows);
  const favourites = await favouriteDevices(data, actor, ids);
  const system = await data.one(systemModel, { id: systemId });
  const profiles = await data.find(profileModel, {
    match: { id: [...new Set(rows.map(({ profileId }) => profileId))] },
    fields: ['id', 'customFieldLabels'],
  });
  const labelsOf = new Map(profiles.map(({ id, customFieldLabels }) => [id, customFieldLabels]));
  return rows.map((row) => {
    const { profile, groups } = surroundings(row);
    return {
      ...stored(row),
      ...audited(row),
      profileName: profile?.name ?? '',
      groups: groups.map(({ id, name }) => ({ id, name })),
      customFieldLabels: labelsInForce(labelsOf.get(row.profileId), system),
      favourite: favourites.has(row.id),
      lastSeenAt: isoTimeOrNull(lastSeen(presence, systemId, row)),
    };
  });
}

/** When a device was last seen. That of a connected device is in memory only. */
export function lastSeen(presence: Presence, systemId: string, { id, online, lastSeenAt }: DeviceRow): number | null {
  return online ? (presence.lastSeen(systemId, id) ?? lastSeenAt) : lastSeenAt;
}

function stored(row: DeviceRow) {
  const { id, hostname, description, profileId, state, online, type, typeOverride, tags } = row;
  const status = state === 'suspended' ? ('suspended' as const) : online ? ('online' as const) : ('offline' as const);
  return {
    id,
    hostname,
    description,
    profileId,
    status,
    type: typeOverride ?? type,
    typeOverride,
    tags: [...tags],
    customFields: [...row.customFields],
    externalIp: row.externalIp,
    agentVersion: row.agentVersion,
    enrolledAt: isoTime(row.enrolledAt),
    lastAuditAt: isoTimeOrNull(row.lastAuditAt),
    suspendedAt: isoTimeOrNull(row.suspendedAt),
  };
}

function audited({ summary }: DeviceRow) {
  const width = addressWidth(summary.architecture);
  return {
    domain: summary.domain ?? null,
    lastUser: summary.lastUser ?? null,
    ipAddresses: [...(summary.ipAddresses ?? [])],
    macAddresses: [...(summary.macAddresses ?? [])],
    manufacturer: summary.manufacturer ?? null,
    model: summary.model ?? null,
    serial: summary.serial ?? null,
    operatingSystem: operatingSystem(summary),
    servicePack: summary.servicePack ?? null,
    architecture: width && summary.architecture ? `${width} (${summary.architecture})` : (summary.architecture ?? null),
    processor: summary.processor ?? null,
    memoryBytes: summary.memoryBytes ?? null,
    diskBytes: summary.diskBytes ?? null,
    diskFreeBytes: summary.diskFreeBytes ?? null,
  };
}

/** Name and version, once: some systems carry the version in their name. */
function operatingSystem({ osName, osVersion }: DeviceRow['summary']): string | null {
  if (osName === undefined) return null;
  return osVersion === undefined || osName.includes(osVersion) ? osName : `${osName} ${osVersion}`;
}

function labelsInForce(ofProfile: readonly (string | null)[] | undefined, system: SystemRow | undefined): string[] {
  return [0, 1, 2, 3, 4].map((i) => ofProfile?.[i] ?? system?.customFieldLabels[i] ?? `Custom field ${i + 1}`);
}
