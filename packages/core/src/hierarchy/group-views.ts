import type { Static } from 'typebox';
import type { Visibility } from '../access/visibility.js';
import { groupBy } from '../data/group-by.js';
import type { OperationContext } from '../operation/operation.js';
import type { GroupView } from './device-contract.js';
import { deviceModel } from './device-model.js';
import { type GroupMemberRow, type GroupRow, groupMemberModel } from './hierarchy-models.js';
import { notFound } from './not-found.js';

type Context = Pick<OperationContext, 'data' | 'access'>;

/** What groups look like to an actor: they count the members that the actor sees. */
export async function groupViews(context: Context, rows: readonly GroupRow[]): Promise<Static<typeof GroupView>[]> {
  const shown = groupBy(await shownMembers(context, rows), ({ groupId }) => groupId);
  return rows.map(({ id, name, kind, profileId }) => ({
    id,
    name,
    kind,
    profileId: profileId === '' ? null : profileId,
    members: shown.get(id)?.length ?? 0,
  }));
}

export async function groupView(context: Context, row: GroupRow): Promise<Static<typeof GroupView>> {
  const [found] = await groupViews(context, [row]);
  if (!found) throw notFound('group', row.id);
  return found;
}

/**
 * The members that an actor sees. Suspended devices stay members, so that restoring brings them back, but neither count
 * nor show.
 */
export async function shownMembers(
  { data, access: { visibility } }: Context,
  groups: readonly Pick<GroupRow, 'id' | 'kind'>[],
): Promise<readonly GroupMemberRow[]> {
  const kinds = new Map(groups.map(({ id, kind }) => [id, kind]));
  const members = await data.find(groupMemberModel, { match: { groupId: [...kinds.keys()] } });
  if (members.length === 0) return [];
  const suspended = await data.find(deviceModel, { match: { state: 'suspended' }, fields: ['id'] });
  const hidden = new Set(suspended.map(({ id }) => id));
  const profiles = profilesSeen(visibility);
  return members.filter(({ groupId, memberId }) =>
    kinds.get(groupId) === 'system-profiles'
      ? profiles(memberId)
      : visibility.device(memberId) && !hidden.has(memberId),
  );
}

/** Each Profile is looked at once, however many groups it is in. */
function profilesSeen(visibility: Visibility): (profileId: string) => boolean {
  const known = new Map<string, boolean>();
  return (profileId) => {
    const seen = known.get(profileId) ?? visibility.profile(profileId);
    known.set(profileId, seen);
    return seen;
  };
}
