import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { favouriteModel } from '../hierarchy/hierarchy-models.js';
import { implement, type Operation, type OperationContext, staged } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Authenticator } from '../port/authenticator.js';
import { usersContract } from './access-contract.js';
import { accountModel, type RoleRow, roleModel, type UserRow, userModel } from './access-models.js';
import { assertGrantable } from './assert-grantable.js';
import { accountsOf, createUser } from './create-user.js';
import type { Directory } from './directory.js';
import { roleOf } from './role-of.js';
import { userView } from './user-view.js';

/** Users of the System. Changes that would leave it without an active accountadmin are refused. */
export function userOperations(context: PluginContext, directory: Directory): readonly Operation[] {
  const { authenticator } = context;
  /** The user and their role, if the actor is not below them. */
  const subordinate = async ({ data, actor }: OperationContext, userId: string) => {
    const user = await userOf(data, userId);
    const role = await roleOf(data, user.roleId);
    await assertGrantable(directory, context.permissions, actor, { role, securityLevel: user.securityLevel });
    return { user, role };
  };
  return implement('users', usersContract, {
    list: async ({ data }) => {
      const roles = new Map((await data.find(roleModel)).map(({ id, name }) => [id, name]));
      const users = await data.find(userModel, { order: [{ field: 'name' }] });
      return { items: users.map((user) => userView(user, roles.get(user.roleId) ?? '')) };
    },

    create: createUser(context, directory),

    update: async (operation, { userId, ...set }) => {
      const { data, emit, afterCommit, systemId, actor } = operation;
      const before = await subordinate(operation, userId);
      const role = set.roleId === undefined ? before.role : await roleOf(data, set.roleId);
      const after: UserRow = { ...before.user, ...set };
      await assertGrantable(directory, context.permissions, actor, { role, securityLevel: after.securityLevel });
      await data.update(userModel, { id: userId }, set);
      if (isAdministrator(before.user, before.role) && !isAdministrator(after, role)) await assertAdministered(data);
      afterCommit(() => directory.forget(systemId));
      emit('user.changed', { userId, change: 'updated' });
      if (after.disabled && !before.user.disabled) afterCommit(() => signOut(authenticator, before.user));
      return userView(after, role.name);
    },

    setPassword: staged({
      prepare: async (operation: OperationContext, { userId, password }: { userId: string; password: string }) => {
        const { account } = (await subordinate(operation, userId)).user;
        const accounts = accountsOf(authenticator);
        await accounts.setPassword(account, password);
        await accounts.signOut(account);
      },
      run: async () => ({}),
    }),

    remove: async (operation, { userId }) => {
      const { data, emit, afterCommit, systemId } = operation;
      const { user, role } = await subordinate(operation, userId);
      await data.remove(userModel, { id: userId });
      await data.remove(accountModel, { account: user.account });
      await data.remove(favouriteModel, { userId });
      if (isAdministrator(user, role)) await assertAdministered(data);
      afterCommit(() => directory.forget(systemId));
      emit('user.changed', { userId, change: 'removed' });
      afterCommit(async () => authenticator?.accounts?.remove(user.account));
      return {};
    },
  });
}

const isAdministrator = ({ disabled }: UserRow, { builtIn }: RoleRow): boolean => builtIn && !disabled;

async function signOut(authenticator: Authenticator | undefined, { account }: UserRow): Promise<void> {
  await authenticator?.accounts?.signOut(account);
}

async function userOf(data: Data, id: string): Promise<UserRow> {
  const user = await data.one(userModel, { id });
  if (!user) throw new RmmError('NOT_FOUND', `There is no user "${id}"`, { details: { id } });
  return user;
}

/** The guide’s accountadmin is undeletable: one who can sign in must remain (chapter 14). */
async function assertAdministered(data: Data): Promise<void> {
  const admin = await data.one(roleModel, { builtIn: true });
  if (admin && (await data.count(userModel, { roleId: admin.id, disabled: false })) > 0) return;
  throw new RmmError(
    'LAST_ADMINISTRATOR',
    'The System needs at least one active user with the role accountadmin; give it to somebody else first',
  );
}
