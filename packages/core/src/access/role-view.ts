import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import type { RoleView } from './access-contract.js';
import { type RoleRow, roleMemberModel } from './access-models.js';
import { AGENT_TOOLS } from './agent-tools.js';
import type { PermissionTree } from './permission-tree.js';

/** @param memberIds - ids of the users who have it */
export function roleView(tree: PermissionTree, role: RoleRow, memberIds: readonly string[]): Static<typeof RoleView> {
  const { id, name, description, builtIn, permissions, visibility, tools } = role;
  return {
    id,
    name,
    description,
    builtIn,
    permissions: { ...permissions },
    levels: tree.levels(role),
    visibility,
    tools: builtIn ? [...AGENT_TOOLS] : [...tools],
    members: memberIds.length,
    memberIds: [...memberIds],
  };
}

/** Ids of the users who have a role, in force or not. */
export async function memberIdsOf(data: Data, roleId: string): Promise<readonly string[]> {
  return (await data.find(roleMemberModel, { match: { roleId } })).map(({ userId }) => userId);
}

export async function memberIdsOfRoles(data: Data): Promise<ReadonlyMap<string, readonly string[]>> {
  const byRole = new Map<string, string[]>();
  for (const { roleId, userId } of await data.find(roleMemberModel)) {
    const ids = byRole.get(roleId);
    if (ids) ids.push(userId);
    else byRole.set(roleId, [userId]);
  }
  return byRole;
}
