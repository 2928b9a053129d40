import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import { factsRef } from '../filter/facts-ref.js';
import { forgetRole } from '../filter/visible-to.js';
import { cleanName } from '../hierarchy/unique-name.js';
import { implement, type Operation, type OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { rolesContract } from './access-contract.js';
import { type RoleRow, roleMemberModel, roleModel } from './access-models.js';
import { EVERYTHING } from './accountadmin-role.js';
import { AGENT_TOOLS } from './agent-tools.js';
import type { Directory } from './directory.js';
import { membersOf, takeRole } from './membership.js';
import { roleOf } from './role-of.js';
import { assertKnownPermissions, assertUsersExist, assertVisibilityExists } from './role-terms.js';
import { memberIdsOf, memberIdsOfRoles, roleView } from './role-view.js';

type NewRole = Static<typeof rolesContract.create.input>;
type Terms = Pick<NewRole, 'permissions' | 'visibility'>;

/** Roles: what their members see, may do, and which tools of the agent they have. */
export function roleOperations(context: PluginContext, directory: Directory): readonly Operation[] {
  const { tree } = directory;
  const assertTerms = async (data: Data, { permissions = {}, visibility = EVERYTHING }: Terms) => {
    assertKnownPermissions(tree, permissions);
    await assertVisibilityExists(data, visibility);
  };
  return implement('roles', rolesContract, {
    list: async ({ data }) => {
      const roles = await data.find(roleModel, { order: [{ field: 'name' }] });
      const members = await memberIdsOfRoles(data);
      const items = roles.map((role) => roleView(tree, role, members.get(role.id) ?? []));
      return { items, permissions: [...tree.permissions], tools: [...AGENT_TOOLS] };
    },

    create: async (operation, { copyOf, memberIds = [], ...given }) => {
      const { data, emit } = operation;
      await assertTerms(data, given);
      const base = copyOf === undefined ? blank : await roleOf(data, copyOf);
      const name = cleanName(given.name);
      await assertFree(data, name);
      const role: RoleRow = {
        ...termsOf(tree.permissions, base),
        ...given,
        name,
        id: context.ids.next(),
        builtIn: false,
      };
      await data.insert(roleModel, role);
      emit('role.changed', { roleId: role.id, change: 'created' });
      await setMembers(operation, directory, role, memberIds);
      return roleView(tree, role, memberIds);
    },

    update: async (operation, { roleId, memberIds, name, ...given }) => {
      const { data, emit, afterCommit, systemId } = operation;
      const role = await changeable(data, roleId);
      await assertTerms(data, given);
      const after: RoleRow = { ...role, ...given, ...(name !== undefined && { name: cleanName(name) }) };
      if (after.name !== role.name) await assertFree(data, after.name);
      await data.put(roleModel, after);
      if (memberIds) await setMembers(operation, directory, after, memberIds);
      afterCommit(() => directory.forget(systemId));
      emit('role.changed', { roleId, change: 'updated' });
      return roleView(tree, after, await memberIdsOf(data, roleId));
    },

    remove: async (operation, { roleId, reassignTo }) => {
      const { data, emit, afterCommit, systemId } = operation;
      const role = await changeable(data, roleId);
      const instead = reassignTo === undefined ? undefined : await roleOf(data, reassignTo);
      if (instead?.id === roleId) throw reassignedToItself();
      const members = await membersOf(data, roleId);
      const remedy = 'name in reassignTo the role that they shall have instead';
      await takeRole(data, role, members, { instead: instead?.id, remedy });
      afterCommit(() => directory.forget(systemId));
      await forgetRole(context.use(factsRef), operation, roleId);
      await data.remove(roleModel, { id: roleId });
      emit('role.changed', { roleId, change: 'removed' });
      for (const { id } of members) emit('user.changed', { userId: id, change: 'updated' });
      return {};
    },
  });
}

type RoleTerms = Pick<RoleRow, 'description' | 'permissions' | 'visibility' | 'tools'>;
const blank: RoleRow = {
  id: '',
  name: '',
  description: '',
  builtIn: false,
  permissions: {},
  visibility: EVERYTHING,
  tools: [],
};

/** What a copy takes over. Of accountadmin, which has everything without naming it, that is everything there is. */
function termsOf(permissions: Directory['tree']['permissions'], role: RoleRow): RoleTerms {
  const { description, visibility, tools } = role;
  if (!role.builtIn) return { description, visibility, tools, permissions: role.permissions };
  const all = permissions.filter(({ parent }) => parent === undefined).map(({ name }) => [name, 'manage'] as const);
  return { description: '', visibility, tools: AGENT_TOOLS, permissions: Object.fromEntries(all) };
}

/** Makes these users, and no others, the role's members. Who gets the role newly keeps the one in force. */
async function setMembers(
  { data, emit, afterCommit, systemId }: OperationContext,
  directory: Directory,
  role: RoleRow,
  userIds: readonly string[],
): Promise<void> {
  await assertUsersExist(data, userIds);
  const before = await membersOf(data, role.id);
  const wanted = new Set(userIds);
  const leaving = before.filter(({ id }) => !wanted.has(id));
  const present = new Set(before.map(({ id }) => id));
  const joining = userIds.filter((id) => !present.has(id));
  const remedy = 'give them another role first, or delete them';
  await takeRole(data, role, leaving, { remedy });
  await data.insertAll(
    roleMemberModel,
    joining.map((userId) => ({ userId, roleId: role.id })),
  );
  afterCommit(() => directory.forget(systemId));
  for (const userId of [...leaving.map(({ id }) => id), ...joining])
    emit('user.changed', { userId, change: 'updated' });
}

function reassignedToItself(): RmmError {
  const message = 'is the role to be deleted; name another one';
  return new RmmError('INVALID_INPUT', `reassignTo ${message}`, {
    details: { issues: [{ path: '/reassignTo', message }] },
  });
}

async function changeable(data: Data, id: string): Promise<RoleRow> {
  const role = await roleOf(data, id);
  if (!role.builtIn) return role;
  throw new RmmError(
    'BUILT_IN',
    `The role ${role.name} cannot be changed or deleted; make another role, or give this one to users by their roleIds`,
  );
}

async function assertFree(data: Data, name: string): Promise<void> {
  if (await data.one(roleModel, { name }))
    throw new RmmError('CONFLICT', `There is already a role named “${name}”; choose another name`);
}
