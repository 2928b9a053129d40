import { RmmError } from '@rmm/protocol';
import { assertReach } from '../access/assert-reach.js';
import type { Data } from '../data/data.js';
import { factsRef } from '../filter/facts-ref.js';
import { type Handlers, implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { groupsContract } from './device-contract.js';
import { activeDevices } from './device-rows.js';
import { groupCsv } from './group-csv.js';
import { assertFits, assertMayFill, refuseKind } from './group-members.js';
import { groupView, groupViews, shownMembers } from './group-views.js';
import { type GroupRow, groupMemberModel, groupModel } from './hierarchy-models.js';
import { notFound } from './not-found.js';
import type { TargetUses } from './target-uses.js';
import { cleanName, withUniqueName } from './unique-name.js';

type GroupHandlers = Handlers<typeof groupsContract>;
type Change = 'created' | 'updated' | 'removed';

const PROFILES = 'system-profiles';

/** Groups: static sets of devices or of Profiles (guide, chapter 5). */
export function groupOperations(plugin: PluginContext, uses: TargetUses): readonly Operation[] {
  return implement('groups', groupsContract, { ...groups(plugin, uses), ...members(plugin), ...groupCsv(plugin) });
}

function groups(plugin: PluginContext, uses: TargetUses): Pick<GroupHandlers, 'list' | 'create' | 'rename' | 'remove'> {
  return {
    list: async (context, { profileId = '', everywhere = false }) => {
      const order = [{ field: 'kind' }, { field: 'name' }] as const;
      const rows = await context.data.find(groupModel, { ...(!everywhere && { match: { profileId } }), order });
      const shown = rows.filter((row) => context.access.visibility.group(row));
      return { items: await groupViews(context, shown) };
    },
    create: async (context, { name, kind, profileId = '' }) => {
      assertReach(context.access, profileId, 'the group');
      if ((kind === 'profile-devices') !== (profileId !== '')) {
        throw new RmmError(
          'INVALID_INPUT',
          'profileId is needed for a group of the kind profile-devices, and for no other',
        );
      }
      const row: GroupRow = { id: plugin.ids.next(), name: cleanName(name), kind, profileId };
      await withUniqueName('group', row.name, context.data.insert(groupModel, row));
      refresh(plugin, context, row.id);
      tell(context, row.id, 'created');
      return groupView(context, row);
    },
    rename: async (context, { groupId, name }) => {
      const row = { ...(await getReached(context, groupId)), name: cleanName(name) };
      await withUniqueName('group', row.name, context.data.put(groupModel, row));
      refresh(plugin, context, row.id, await deviceMembers(context.data, row));
      tell(context, groupId, 'updated');
      return groupView(context, row);
    },
    remove: async (context, { groupId }) => {
      const row = await getReached(context, groupId);
      await uses.assertUnused(context.data, 'group', row);
      refresh(plugin, context, row.id, await deviceMembers(context.data, row));
      await context.data.remove(groupMemberModel, { groupId });
      await context.data.remove(groupModel, { id: groupId });
      tell(context, groupId, 'removed');
      return {};
    },
  };
}

function members(
  plugin: PluginContext,
): Pick<GroupHandlers, 'members' | 'addDevices' | 'removeDevices' | 'setProfiles'> {
  return {
    members: async (context, { groupId }) => {
      const shown = await shownMembers(context, [await getGroup(context.data, groupId)]);
      return { ids: shown.map(({ memberId }) => memberId) };
    },
    addDevices: async (context, { groupId, deviceIds }) => {
      const group = await getGroup(context.data, groupId);
      assertMayFill(context.access, group);
      await assertFits(context.data, group, deviceIds);
      await context.data.put(groupMemberModel, ...deviceIds.map((memberId) => ({ groupId, memberId })));
      refresh(plugin, context, groupId, deviceIds);
      tell(context, groupId, 'updated');
      return groupView(context, group);
    },
    removeDevices: async (context, { groupId, deviceIds }) => {
      const group = await getGroup(context.data, groupId);
      assertMayFill(context.access, group);
      refuseKind(group, group.kind !== PROFILES, 'holds Profiles; use groups.setProfiles');
      await activeDevices(context.data, deviceIds);
      await context.data.remove(groupMemberModel, { groupId, memberId: deviceIds });
      refresh(plugin, context, groupId, deviceIds);
      tell(context, groupId, 'updated');
      return groupView(context, group);
    },
    setProfiles: async (context, { groupId, profileIds }) => {
      const group = await getReached(context, groupId);
      refuseKind(group, group.kind === PROFILES, 'holds devices; use groups.addDevices and groups.removeDevices');
      await context.data.remove(groupMemberModel, { groupId });
      await context.data.insert(groupMemberModel, ...profileIds.map((memberId) => ({ groupId, memberId })));
      refresh(plugin, context, groupId);
      tell(context, groupId, 'updated');
      return groupView(context, group);
    },
  };
}

async function getGroup(data: Data, groupId: string): Promise<GroupRow> {
  const row = await data.one(groupModel, { id: groupId });
  if (!row) throw notFound('group', groupId);
  return row;
}

/** A group that is to be changed as a whole. @throws RmmError `NOT_FOUND`, `FORBIDDEN` */
async function getReached({ data, access }: OperationContext, groupId: string): Promise<GroupRow> {
  const group = await getGroup(data, groupId);
  assertReach(access, group.profileId, 'the group');
  return group;
}

/** The members whose facts name the group. */
async function deviceMembers(data: Data, group: GroupRow): Promise<readonly string[]> {
  if (group.kind === PROFILES) return [];
  const rows = await data.find(groupMemberModel, { match: { groupId: group.id } });
  return rows.map(({ memberId }) => memberId);
}

const tell = ({ emit }: OperationContext, groupId: string, change: Change): void =>
  emit('group.changed', { groupId, change });

function refresh(
  plugin: PluginContext,
  { afterCommit, systemId }: OperationContext,
  groupId: string,
  deviceIds: readonly string[] = [],
): void {
  afterCommit(() => plugin.use(factsRef).refreshGroups(systemId, [groupId], deviceIds));
}
