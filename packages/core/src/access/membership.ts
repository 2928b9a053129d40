import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { type RoleRow, roleMemberModel, roleModel, type UserRow, userModel } from './access-models.js';
import { roleOf } from './role-of.js';

/** A role as users choose among them. */
export type RoleName = Pick<RoleRow, 'id' | 'name'>;

/** The roles of one user, by name. */
export async function rolesOfUser(data: Data, userId: string): Promise<readonly RoleRow[]> {
  const members = await data.find(roleMemberModel, { match: { userId } });
  const roleIds = members.map(({ roleId }) => roleId);
  return data.find(roleModel, { match: { id: roleIds }, order: [{ field: 'name' }] });
}

/** The roles of every user of the System, by name. */
export async function rolesOfUsers(data: Data): Promise<ReadonlyMap<string, readonly RoleName[]>> {
  const roles = await data.find(roleModel, { order: [{ field: 'name' }], fields: ['id', 'name'] });
  const place = new Map(roles.map(({ id }, at) => [id, at]));
  const members = await data.find(roleMemberModel);
  const sorted = members.toSorted((a, b) => (place.get(a.roleId) ?? 0) - (place.get(b.roleId) ?? 0));
  const byUser = new Map<string, RoleName[]>();
  for (const { userId, roleId } of sorted) {
    const role = roles[place.get(roleId) ?? -1];
    if (!role) continue;
    const own = byUser.get(userId);
    if (own) own.push(role);
    else byUser.set(userId, [role]);
  }
  return byUser;
}

/**
 * Gives a user exactly these roles. The one in force stays if it is among them, or else the first takes its place.
 * @returns the role in force
 * @throws RmmError `NOT_FOUND` for a role that does not exist
 */
export async function setRoles(data: Data, user: UserRow, roleIds: readonly string[]): Promise<string> {
  for (const id of roleIds) await roleOf(data, id);
  const [first] = roleIds;
  if (first === undefined) throw new RmmError('INTERNAL', 'A user was to be left without a role');
  await data.remove(roleMemberModel, { userId: user.id });
  await data.insertAll(
    roleMemberModel,
    roleIds.map((roleId) => ({ userId: user.id, roleId })),
  );
  return roleIds.includes(user.roleId) ? user.roleId : first;
}

/**
 * Takes a role from some of its members, who get another one in its place: `instead` if it is given, or else one that
 * they have anyway.
 * @throws RmmError `IN_USE` naming those who have no other role
 */
export async function takeRole(
  data: Data,
  role: RoleName,
  users: readonly UserRow[],
  { instead, remedy }: { readonly instead?: string | undefined; readonly remedy: string },
): Promise<void> {
  const lone: string[] = [];
  for (const user of users) {
    const others = (await rolesOfUser(data, user.id)).filter(({ id }) => id !== role.id);
    const next = instead ?? others[0]?.id;
    if (next === undefined) {
      lone.push(user.name);
      continue;
    }
    await data.remove(roleMemberModel, { userId: user.id, roleId: role.id });
    if (!others.some(({ id }) => id === next)) await data.insert(roleMemberModel, { userId: user.id, roleId: next });
    if (user.roleId === role.id) await data.update(userModel, { id: user.id }, { roleId: next });
  }
  if (lone.length === 0) return;
  const named = lone.length > 3 ? `${lone.slice(0, 3).join(', ')} and ${lone.length - 3} more` : lone.join(', ');
  throw new RmmError('IN_USE', `${named} would have no role without ${role.name}; ${remedy}`, {
    details: { members: lone.length },
  });
}

/** The users who have a role, in force or not. */
export async function membersOf(data: Data, roleId: string): Promise<readonly UserRow[]> {
  const members = await data.find(roleMemberModel, { match: { roleId } });
  return data.find(userModel, { match: { id: members.map(({ userId }) => userId) }, order: [{ field: 'name' }] });
}
