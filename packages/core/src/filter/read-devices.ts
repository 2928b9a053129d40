import type { Audit, AuditSectionName } from '@rmm/protocol';
import { type AuditSectionRow, auditSectionModel } from '../audit/audit-models.js';
import type { Data } from '../data/data.js';
import { groupBy } from '../data/group-by.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import {
  type GroupMemberRow,
  type GroupRow,
  groupMemberModel,
  groupModel,
  type ProfileRow,
  profileModel,
} from '../hierarchy/hierarchy-models.js';
import type { HashedSection } from './audit-digest.js';
import { FACT_SECTIONS } from './audit-facts.js';
import { breathe } from './breathe.js';
import { FACT_ROW_FIELDS, type FactRow } from './device-facts.js';

/** So many members of groups are read at a time. */
const MEMBERS = 5000;

/** What belongs to a device but lies in other tables, the audit aside. */
export interface DeviceSurroundings {
  readonly profile: { readonly name: string; readonly description: string } | undefined;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

/** Their rows but for the summaries. */
export async function readDevices(data: Data, ids: readonly string[]): Promise<readonly FactRow[]> {
  return ids.length === 0 ? [] : data.find(deviceModel, { match: { id: ids }, fields: FACT_ROW_FIELDS });
}

/** Tells the Profile and groups of each of these devices. */
export async function readSurroundings(
  data: Data,
  rows: readonly Pick<DeviceRow, 'id' | 'profileId'>[],
): Promise<(row: Pick<DeviceRow, 'id' | 'profileId'>) => DeviceSurroundings> {
  const id = [...new Set(rows.map(({ profileId }) => profileId))];
  const profiles = await data.find(profileModel, { match: { id }, fields: ['id', 'name', 'description'] });
  const members = await data.find(groupMemberModel, { match: { memberId: rows.map((row) => row.id) } });
  const groupId = [...new Set(members.map((member) => member.groupId))];
  const groups = await data.find(groupModel, { match: { id: groupId }, order: [{ field: 'name' }] });
  return surroundingsIn(profiles, groups, members);
}

/** Tells the Profile and groups of any device of the System. */
export async function readAllSurroundings(
  data: Data,
): Promise<(row: Pick<DeviceRow, 'id' | 'profileId'>) => DeviceSurroundings> {
  const profiles = await data.find(profileModel, { fields: ['id', 'name', 'description'] });
  const groups = await data.find(groupModel, { order: [{ field: 'name' }] });
  const members: GroupMemberRow[] = [];
  for (let after: GroupMemberRow | undefined; ; ) {
    const found = await data.find(groupMemberModel, {
      order: [{ field: 'memberId' }],
      limit: MEMBERS,
      ...(after && { after }),
    });
    for (const member of found) members.push(member);
    after = found.at(-1);
    if (!after || found.length < MEMBERS) return surroundingsIn(profiles, groups, members);
    await breathe();
  }
}

function surroundingsIn(
  profiles: readonly Pick<ProfileRow, 'id' | 'name' | 'description'>[],
  groups: readonly GroupRow[],
  members: readonly GroupMemberRow[],
): (row: Pick<DeviceRow, 'id' | 'profileId'>) => DeviceSurroundings {
  const profileOf = new Map(profiles.map((profile) => [profile.id, profile]));
  const places = new Map(groups.map(({ id }, place) => [id, place]));
  const membersOf = groupBy(members, ({ memberId }) => memberId);
  return ({ id, profileId }) => {
    const own = (membersOf.get(id) ?? [])
      .map(({ groupId }) => places.get(groupId))
      .filter((place) => place !== undefined);
    own.sort((a, b) => a - b);
    return { profile: profileOf.get(profileId), groups: own.flatMap((place) => groups[place] ?? []) };
  };
}

/** What of a device's audit facts are made of, with what its {@link auditDigest} is made of. */
export interface FactAudit {
  readonly hashes: readonly HashedSection[];
  readonly sections: Partial<Audit>;
}

/** The audits of those devices that have any, each read at one moment together with its hashes. */
export async function readFactAudits(data: Data, deviceId: readonly string[]): Promise<ReadonlyMap<string, FactAudit>> {
  if (deviceId.length === 0) return new Map();
  const rows = await data.find(auditSectionModel, { match: { deviceId, section: FACT_SECTIONS } });
  return new Map(
    [...groupBy(rows, (row) => row.deviceId)].map(([id, found]) => [
      id,
      { hashes: found, sections: sectionsOf(found) },
    ]),
  );
}

/** Sections of audits by device id. */
export async function readAudits(
  data: Data,
  deviceId: readonly string[],
  sections: readonly AuditSectionName[],
): Promise<ReadonlyMap<string, Partial<Audit>>> {
  if (deviceId.length === 0 || sections.length === 0) return new Map();
  const rows = await data.find(auditSectionModel, { match: { deviceId, section: sections } });
  const byDevice = groupBy(rows, (row) => row.deviceId);
  return new Map([...byDevice].map(([id, found]) => [id, sectionsOf(found)]));
}

const sectionsOf = (rows: readonly AuditSectionRow[]): Partial<Audit> =>
  Object.fromEntries(rows.map((row) => [row.section, row.data]));
