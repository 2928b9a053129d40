import { RmmError } from '@rmm/protocol';
import { assertReach } from '../access/assert-reach.js';
import { directoryRef } from '../access/directory.js';
import { leaveRoles } from '../access/leave-roles.js';
import { factsRef } from '../filter/facts-ref.js';
import { foldText } from '../filter/fold-text.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { deviceModel } from './device-model.js';
import { getProfile } from './get-profile.js';
import { type ProfileRow, profileModel } from './hierarchy-models.js';
import { profilesContract } from './profile-contract.js';
import { type ProxyInput, storedProxy } from './profile-proxy.js';
import { type DeviceCounts, profileView } from './profile-view.js';
import { removeProfile } from './remove-profile.js';
import { cleanName, withUniqueName } from './unique-name.js';

interface ProfileSettings {
  readonly description?: string;
  readonly customFieldLabels?: readonly (string | null)[];
  readonly mailRecipients?: readonly string[];
  readonly powerRatingWatts?: number | null;
  readonly proxy?: ProxyInput | null;
}

const NO_DEVICES = { total: 0, online: 0 };

/** Profiles and their settings (guide, chapters 3 and 7). */
export function profileOperations(plugin: PluginContext): readonly Operation[] {
  const { ids, secretBox } = plugin;
  const facts = () => plugin.use(factsRef);

  const applied = async (systemId: string, row: ProfileRow, settings: ProfileSettings): Promise<ProfileRow> => {
    const { proxy, ...plain } = settings;
    if (proxy === undefined) return { ...row, ...plain };
    return { ...row, ...plain, proxy: await storedProxy(secretBox, systemId, row.id, proxy, row.proxy) };
  };

  return implement('profiles', profilesContract, {
    list: async ({ data, systemId, access }, { search }) => {
      const { visibility } = access;
      const rows = await data.find(profileModel, { order: [{ field: 'name' }] });
      const shown = rows.filter(({ id }) => visibility.profile(id));
      const wanted = search === undefined ? shown : shown.filter(matching(search));
      const counts = await facts().profileCounts(systemId, visibility.devices);
      return { items: wanted.map((row) => profileView(access, row, counts(row.id))) };
    },
    get: async (context, { profileId }) =>
      profileView(context.access, await getProfile(context.data, profileId), await count(context, profileId)),
    create: async (context, { name, ...settings }) => {
      const empty: ProfileRow = {
        id: ids.next(),
        name: cleanName(name),
        description: '',
        createdAt: context.now,
        customFieldLabels: [null, null, null, null, null],
        mailRecipients: [],
        powerRatingWatts: null,
        proxy: null,
      };
      if (!context.access.visibility.wholeProfile(empty.id)) {
        throw new RmmError('FORBIDDEN', 'Your role does not show you Profiles that it does not name, as a new one');
      }
      const row = await applied(context.systemId, empty, settings);
      await withUniqueName('Profile', row.name, context.data.insert(profileModel, row));
      context.emit('profile.changed', { profileId: row.id, change: 'created' });
      return profileView(context.access, row, NO_DEVICES);
    },
    update: async (context, { profileId, name, ...settings }) => {
      const { data, systemId } = context;
      assertReach(context.access, profileId, 'a setting');
      const before = await getProfile(data, profileId);
      const row = await applied(systemId, name === undefined ? before : { ...before, name: cleanName(name) }, settings);
      await withUniqueName('Profile', row.name, data.put(profileModel, row));
      if (row.name !== before.name || row.description !== before.description) {
        context.afterCommit(() => facts().refreshProfile(systemId, profileId));
      }
      context.emit('profile.changed', { profileId, change: 'updated' });
      return profileView(context.access, row, await count(context, profileId));
    },
    remove: async (context, { profileId }) => {
      assertReach(context.access, profileId, 'its removal');
      await assertEmpty(context, profileId);
      await leaveRoles(context, plugin.use(directoryRef), profileId);
      await removeProfile(context, profileId, facts());
      context.emit('profile.changed', { profileId, change: 'removed' });
      return {};
    },
  });
}

/** Suspended devices are not counted, nor those that the actor does not see. */
async function count({ data, access: { visibility } }: OperationContext, profileId: string): Promise<DeviceCounts> {
  const match = { profileId, state: 'active' } as const;
  if (visibility.devices) {
    const rows = await data.find(deviceModel, { match, fields: ['id', 'online'] });
    const shown = rows.filter(({ id }) => visibility.device(id));
    return { total: shown.length, online: shown.filter(({ online }) => online).length };
  }
  const total = await data.count(deviceModel, match);
  return { total, online: await data.count(deviceModel, { ...match, online: true }) };
}

async function assertEmpty({ data }: OperationContext, profileId: string): Promise<void> {
  const devices = await data.count(deviceModel, { profileId, state: 'active' });
  const suspended = await data.count(deviceModel, { profileId, state: 'suspended' });
  if (devices + suspended === 0) return;
  const remedy =
    suspended === 0
      ? 'move or delete them first'
      : 'move them to another Profile first, the suspended ones after restoring them';
  throw new RmmError(
    'IN_USE',
    `The Profile still holds ${devices} devices and ${suspended} suspended ones; ${remedy}`,
    { details: { devices, suspended } },
  );
}

function matching(search: string): (row: ProfileRow) => boolean {
  const part = foldText(search.trim());
  return ({ name, description }) => foldText(name).includes(part) || foldText(description).includes(part);
}
