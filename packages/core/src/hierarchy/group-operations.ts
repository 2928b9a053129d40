import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import { groupBy } from '../data/group-by.js';
import { factsRef } from '../filter/facts-ref.js';
import { type Handlers, implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { type GroupView, groupsContract } from './device-contract.js';
import { deviceModel } from './device-model.js';
import { activeDevices } from './device-rows.js';
import { type GroupRow, groupMemberModel, groupModel } from './hierarchy-models.js';
import { notFound } from './not-found.js';
import { cleanName, withUniqueName } from './unique-name.js';

type GroupHandlers = Handlers<typeof groupsContract>;
type Change = 'created' | 'updated' | 'removed';

const PROFILES = 'system-profiles';

/** Groups: static sets of devices or of Profiles (guide, chapter 5). */
export function groupOperations(plugin: PluginContext): readonly Operation[] {
  return implement('groups', groupsContract, { ...groups(plugin), ...members(plugin) });
}

function groups(plugin: PluginContext): Pick<GroupHandlers, 'list' | 'create' | 'rename' | 'remove'> {
  return {
    list: async ({ data }, { profileId = '' }) => {
      const rows = await data.find(groupModel, { match: { profileId }, order: [{ field: 'kind' }, { field: 'name' }] });
      return { items: await views(data, rows) };
    },
    create: async (context, { name, kind, profileId = '' }) => {
      if ((kind === 'profile-devices') !== (profileId !== '')) {
        throw new RmmError(
          'INVALID_INPUT',
          'profileId is needed for a group of the kind profile-devices, and for no other',
        );
      }
      const row: GroupRow = { id: plugin.ids.next(), name: cleanName(name), kind, profileId };
      await withUniqueName('group', row.name, context.data.insert(groupModel, row));
      tell(context, row.id, 'created');
      return view(context.data, row);
    },
    rename: async (context, { groupId, name }) => {
      const row = { ...(await getGroup(context.data, groupId)), name: cleanName(name) };
      await withUniqueName('group', row.name, context.data.put(groupModel, row));
      refresh(plugin, context, await deviceMembers(context.data, row));
      tell(context, groupId, 'updated');
      return view(context.data, row);
    },
    remove: async (context, { groupId }) => {
      const row = await getGroup(context.data, groupId);
      refresh(plugin, context, await deviceMembers(context.data, row));
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
    members: async ({ data }, { groupId }) => {
      await getGroup(data, groupId);
      const rows = await data.find(groupMemberModel, { match: { groupId } });
      const ids = rows.map(({ memberId }) => memberId);
      const hidden = await suspendedAmong(data, ids);
      return { ids: ids.filter((id) => !hidden.has(id)) };
    },
    addDevices: async (context, { groupId, deviceIds }) => {
      const group = await getGroup(context.data, groupId);
      await assertFits(context.data, group, deviceIds);
      await context.data.put(groupMemberModel, ...deviceIds.map((memberId) => ({ groupId, memberId })));
      refresh(plugin, context, deviceIds);
      tell(context, groupId, 'updated');
      return view(context.data, group);
    },
    removeDevices: async (context, { groupId, deviceIds }) => {
      const group = await getGroup(context.data, groupId);
      refuseKind(group, group.kind !== PROFILES, 'holds Profiles; use groups.setProfiles');
      await activeDevices(context.data, deviceIds);
      await context.data.remove(groupMemberModel, { groupId, memberId: deviceIds });
      refresh(plugin, context, deviceIds);
      tell(context, groupId, 'updated');
      return view(context.data, group);
    },
    setProfiles: async (context, { groupId, profileIds }) => {
      const group = await getGroup(context.data, groupId);
      refuseKind(group, group.kind === PROFILES, 'holds devices; use groups.addDevices and groups.removeDevices');
      await context.data.remove(groupMemberModel, { groupId });
      await context.data.insert(groupMemberModel, ...profileIds.map((memberId) => ({ groupId, memberId })));
      tell(context, groupId, 'updated');
      return view(context.data, group);
    },
  };
}

async function getGroup(data: Data, groupId: string): Promise<GroupRow> {
  const row = await data.one(groupModel, { id: groupId });
  if (!row) throw notFound('group', groupId);
  return row;
}

/** @throws RmmError `INVALID_INPUT`, `NOT_FOUND`, `DEVICE_SUSPENDED` */
async function assertFits(data: Data, group: GroupRow, deviceIds: readonly string[]): Promise<void> {
  refuseKind(group, group.kind !== PROFILES, 'holds Profiles; use groups.setProfiles');
  const rows = await activeDevices(data, deviceIds);
  const stranger = group.kind === 'profile-devices' && rows.find(({ profileId }) => profileId !== group.profileId);
  if (!stranger) return;
  throw new RmmError(
    'INVALID_INPUT',
    `${stranger.hostname} is not in the Profile of the group “${group.name}”; use a System group, or move the device`,
    { details: { deviceId: stranger.id } },
  );
}

function refuseKind(group: GroupRow, fits: boolean, why: string): void {
  if (!fits) throw new RmmError('INVALID_INPUT', `The group “${group.name}” ${why}`);
}

/** The members whose facts name the group. */
async function deviceMembers(data: Data, group: GroupRow): Promise<readonly string[]> {
  if (group.kind === PROFILES) return [];
  const rows = await data.find(groupMemberModel, { match: { groupId: group.id } });
  return rows.map(({ memberId }) => memberId);
}

/** Suspended devices stay members, so that restoring brings them back, but neither count nor show. */
async function suspendedAmong(data: Data, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const suspended = await data.find(deviceModel, { match: { state: 'suspended' }, fields: ['id'] });
  return new Set(suspended.map(({ id }) => id));
}

async function views(data: Data, rows: readonly GroupRow[]): Promise<Static<typeof GroupView>[]> {
  const found = await data.find(groupMemberModel, { match: { groupId: rows.map(({ id }) => id) } });
  const hidden = await suspendedAmong(
    data,
    found.map(({ memberId }) => memberId),
  );
  const shown = groupBy(
    found.filter(({ memberId }) => !hidden.has(memberId)),
    ({ groupId }) => groupId,
  );
  return rows.map(({ id, name, kind, profileId }) => ({
    id,
    name,
    kind,
    profileId: profileId === '' ? null : profileId,
    members: shown.get(id)?.length ?? 0,
  }));
}

async function view(data: Data, row: GroupRow): Promise<Static<typeof GroupView>> {
  const [found] = await views(data, [row]);
  if (!found) throw notFound('group', row.id);
  return found;
}

const tell = ({ emit }: OperationContext, groupId: string, change: Change): void =>
  emit('group.changed', { groupId, change });

function refresh(plugin: PluginContext, { afterCommit, systemId }: OperationContext, ids: readonly string[]): void {
  if (ids.length > 0) afterCommit(() => plugin.use(factsRef).refresh(systemId, ids));
}
