import { createHash } from 'node:crypto';
import type { Audit, AuditSectionName } from '@rmm/protocol';
import { auditSectionModel } from '../audit/audit-models.js';
import type { Data } from '../data/data.js';
import { groupBy } from '../data/group-by.js';
import { type DeviceRow, deviceModel } from '../hierarchy/device-model.js';
import { groupMemberModel, groupModel, profileModel } from '../hierarchy/hierarchy-models.js';
import { FACT_SECTIONS } from './audit-facts.js';

/** What belongs to a device but lies in other tables, the audit aside. */
export interface DeviceSurroundings {
  readonly profile: { readonly name: string; readonly description: string } | undefined;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

export async function readDevices(data: Data, ids: readonly string[]): Promise<readonly DeviceRow[]> {
  return ids.length === 0 ? [] : data.find(deviceModel, { match: { id: ids } });
}

/** The Profiles and groups of devices, by device id. */
export async function readSurroundings(
  data: Data,
  rows: readonly DeviceRow[],
): Promise<ReadonlyMap<string, DeviceSurroundings>> {
  const id = [...new Set(rows.map(({ profileId }) => profileId))];
  const profiles = await data.find(profileModel, { match: { id }, fields: ['id', 'name', 'description'] });
  const profileOf = new Map(profiles.map((profile) => [profile.id, profile]));
  const members = await data.find(groupMemberModel, { match: { memberId: rows.map((row) => row.id) } });
  const groupId = [...new Set(members.map((member) => member.groupId))];
  const groups = await data.find(groupModel, { match: { id: groupId }, order: [{ field: 'name' }] });
  const membersOf = groupBy(members, ({ memberId }) => memberId);
  return new Map(
    rows.map((row) => {
      const own = new Set(membersOf.get(row.id)?.map((member) => member.groupId));
      return [row.id, { profile: profileOf.get(row.profileId), groups: groups.filter((group) => own.has(group.id)) }];
    }),
  );
}

/** A short text for each audited device, another one whenever a section of its audit is another. */
export async function readAuditDigests(data: Data, deviceId: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (deviceId.length === 0) return new Map();
  const rows = await data.find(auditSectionModel, {
    match: { deviceId, section: FACT_SECTIONS },
    fields: ['deviceId', 'section', 'hash'],
  });
  const byDevice = groupBy(rows, (row) => row.deviceId);
  return new Map([...byDevice].map(([id, sections]) => [id, digest(sections)]));
}

function digest(sections: readonly { readonly section: string; readonly hash: string }[]): string {
  const hashes = sections.map(({ section, hash }) => `${section} ${hash}`).sort();
  return createHash('sha256').update(hashes.join('\n')).digest('base64url').slice(0, 16);
}

/** Sections of audits, by default all that facts are made of, by device id. */
export async function readAudits(
  data: Data,
  deviceId: readonly string[],
  sections: readonly AuditSectionName[] = FACT_SECTIONS,
): Promise<ReadonlyMap<string, Partial<Audit>>> {
  if (deviceId.length === 0 || sections.length === 0) return new Map();
  const rows = await data.find(auditSectionModel, { match: { deviceId, section: sections } });
  const byDevice = groupBy(rows, (row) => row.deviceId);
  return new Map(
    [...byDevice].map(([id, found]) => [id, Object.fromEntries(found.map((row) => [row.section, row.data]))]),
  );
}
