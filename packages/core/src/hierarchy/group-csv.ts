import type { Static } from 'typebox';
import { assertReach } from '../access/assert-reach.js';
import type { Data } from '../data/data.js';
import { factsRef } from '../filter/facts-ref.js';
import { type Handlers, type OperationContext, staged } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { toCsv } from './csv.js';
import type { groupsContract } from './device-contract.js';
import { deviceModel } from './device-model.js';
import { type FoundMembers, findMembers } from './find-members.js';
import { assertFits, assertMayFill } from './group-members.js';
import { shownMembers } from './group-views.js';
import { type GroupRow, groupMemberModel, groupModel, profileModel } from './hierarchy-models.js';
import { notFound } from './not-found.js';
import { type MemberKey, readMemberCsv } from './read-member-csv.js';

type GroupHandlers = Handlers<typeof groupsContract>;
type Result = Static<typeof groupsContract.importCsv.output>;

const DEVICE_KEYS: readonly MemberKey[] = ['id', 'hostname', 'serial', 'mac'];
const PROFILE_KEYS: readonly MemberKey[] = ['id', 'name'];
/** Lines that are told one by one. */
const TOLD = 100;
/** Ids in one comparison. */
const CHUNK = 1000;

/** Groups from and to files (guide, chapter 5). */
export function groupCsv(plugin: PluginContext): Pick<GroupHandlers, 'importCsv' | 'exportCsv'> {
  return {
    importCsv: staged({
      // All devices may have to be looked at, which no transaction should last.
      prepare: async (context, { groupId, csv, by }) => {
        const group = await getGroup(context.data, groupId);
        const { key, members } = readMemberCsv(csv, group.kind === 'system-profiles' ? PROFILE_KEYS : DEVICE_KEYS, by);
        return findMembers(context, group, key, members);
      },
      run: async (context, { groupId, mode = 'add' }, found) => {
        const group = await getGroup(context.data, groupId);
        assertMayFill(context.access, group);
        if (group.kind === 'system-profiles') assertReach(context.access, '', 'the group');
        const { added, removed } = await write(context, group, found, mode);
        const changed = group.kind === 'system-profiles' ? [] : [...added, ...removed];
        context.afterCommit(() => plugin.use(factsRef).refreshGroups(context.systemId, [groupId], changed));
        context.emit('group.changed', { groupId, change: 'updated' });
        return resultOf(found, added.length, removed.length);
      },
    }),
    exportCsv: async (context, { groupId }) => {
      const group = await getGroup(context.data, groupId);
      const members = await shownMembers(context, [group]);
      const ids = members.map(({ memberId }) => memberId);
      const rows = group.kind === 'system-profiles' ? profileRows(context.data, ids) : deviceRows(context.data, ids);
      return { filename: 'group.csv', mediaType: 'text/csv; charset=utf-8', text: toCsv(await rows) };
    },
  };
}

/** Members that the actor does not see stay, whatever the file says. */
async function write(
  context: OperationContext,
  group: GroupRow,
  { ids }: FoundMembers,
  mode: 'add' | 'replace',
): Promise<{ added: readonly string[]; removed: readonly string[] }> {
  const { data } = context;
  const groupId = group.id;
  const all = await data.find(groupMemberModel, { match: { groupId } });
  const present = new Set(all.map(({ memberId }) => memberId));
  const added = [...ids].filter((id) => !present.has(id));
  const shown = mode === 'replace' ? await shownMembers(context, [group]) : [];
  const removed = shown.map(({ memberId }) => memberId).filter((id) => !ids.has(id));
  for (const chunk of chunks(added)) {
    // They were found before the transaction began.
    if (group.kind === 'system-profiles') await assertProfiles(data, chunk);
    else await assertFits(data, group, chunk);
    await data.insertAll(
      groupMemberModel,
      chunk.map((memberId) => ({ groupId, memberId })),
    );
  }
  for (const memberId of chunks(removed)) await data.remove(groupMemberModel, { groupId, memberId });
  return { added, removed };
}

function resultOf({ unknown, ambiguous }: FoundMembers, added: number, removed: number): Result {
  return {
    added,
    removed,
    unknown: { total: unknown.length, lines: unknown.slice(0, TOLD) },
    ambiguous: {
      total: ambiguous.length,
      lines: ambiguous.slice(0, TOLD).map((line) => ({ ...line, ids: [...line.ids] })),
    },
  };
}

async function assertProfiles(data: Data, ids: readonly string[]): Promise<void> {
  const rows = await data.find(profileModel, { match: { id: ids }, fields: ['id'] });
  const known = new Set(rows.map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('Profile', missing);
}

async function deviceRows(data: Data, ids: readonly string[]): Promise<string[][]> {
  const rows: string[][] = [];
  for (const id of chunks(ids)) {
    const found = await data.find(deviceModel, { match: { id }, fields: ['id', 'hostname', 'summary'] });
    for (const { id: device, hostname, summary } of found) {
      rows.push([hostname, device, summary.serial ?? '', (summary.macAddresses ?? []).join('; ')]);
    }
  }
  return [['Hostname', 'Id', 'Serial number', 'MAC address'], ...rows.toSorted(byName)];
}

async function profileRows(data: Data, ids: readonly string[]): Promise<string[][]> {
  const rows: string[][] = [];
  for (const id of chunks(ids)) {
    const found = await data.find(profileModel, { match: { id }, fields: ['id', 'name'] });
    for (const profile of found) rows.push([profile.name, profile.id]);
  }
  return [['Name', 'Id'], ...rows.toSorted(byName)];
}

const byName = ([a = '']: readonly string[], [b = '']: readonly string[]): number => (a < b ? -1 : a > b ? 1 : 0);

async function getGroup(data: Data, groupId: string): Promise<GroupRow> {
  const row = await data.one(groupModel, { id: groupId });
  if (!row) throw notFound('group', groupId);
  return row;
}

function* chunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += CHUNK) yield ids.slice(from, from + CHUNK);
}
