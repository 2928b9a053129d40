import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { systemModel } from '../hierarchy/hierarchy-models.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import { type Session, sessionContract } from './access-contract.js';
import { type RoleRow, roleMemberModel, userModel } from './access-models.js';
import { accountadminRole } from './accountadmin-role.js';
import { AGENT_TOOLS } from './agent-tools.js';
import type { Directory } from './directory.js';
import type { Member } from './member.js';
import { rolesOfUser } from './membership.js';
import { userView } from './user-view.js';

/** Who is signed in, what they may do, and in which of their roles. */
export function sessionOperations(directory: Directory): readonly Operation[] {
  return implement('session', sessionContract, {
    get: async (operation) => {
      const { actor } = operation;
      return session(directory, operation, actor.kind === 'user' ? await directory.memberOf(actor) : undefined);
    },

    useRole: async (operation, { roleId }) => {
      const { actor, data, systemId, emit, afterCommit } = operation;
      if (actor.kind !== 'user') {
        throw new RmmError('FORBIDDEN', 'session.useRole: only users have roles; the host program may do everything');
      }
      const { user } = await directory.memberOf(actor);
      const own = await data.one(roleMemberModel, { userId: user.id, roleId });
      const role = own && (await rolesOfUser(data, user.id)).find(({ id }) => id === roleId);
      if (!role) throw new RmmError('NOT_FOUND', `None of your roles is "${roleId}"`, { details: { id: roleId } });
      await data.update(userModel, { id: user.id }, { roleId });
      afterCommit(() => directory.forget(systemId));
      emit('user.changed', { userId: user.id, change: 'updated' });
      return session(directory, operation, { user: { ...user, roleId }, inForce: role, role, viewing: false });
    },
  });
}

async function session(
  { tree }: Directory,
  { data, systemId }: OperationContext,
  member: Member | undefined,
): Promise<Static<typeof Session>> {
  const system = await data.one(systemModel, { id: systemId });
  if (!system) throw new RmmError('NOT_FOUND', `There is no System "${systemId}"`);
  const role: Pick<RoleRow, 'builtIn' | 'permissions' | 'visibility' | 'tools'> = member?.role ?? HOST;
  return {
    actor: member ? 'user' : 'host',
    user: member ? userView(member.user, await rolesOfUser(data, member.user.id)) : null,
    system: { id: system.id, name: system.name },
    permissions: tree.levels(role),
    tools: role.builtIn ? [...AGENT_TOOLS] : [...role.tools],
    accountadmin: role.builtIn,
    restricted: !role.builtIn && isRestricted(role.visibility),
    viewingAs: member?.viewing ? { id: member.role.id, name: member.role.name } : null,
  };
}

/** The host has accountadmin rights. */
const HOST = accountadminRole('');

function isRestricted({ include, exclude }: RoleRow['visibility']): boolean {
  return include !== null || Object.values(exclude).some((ids) => ids.length > 0);
}
