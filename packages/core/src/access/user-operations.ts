import type { Static } from 'typebox';
import { favouriteModel } from '../hierarchy/hierarchy-models.js';
import { cleanName } from '../hierarchy/unique-name.js';
import { implement, type Operation, type OperationContext, staged } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Authenticator } from '../port/authenticator.js';
import { usersContract } from './access-contract.js';
import { accountModel, roleMemberModel, type UserRow, userModel } from './access-models.js';
import { keepAdministered } from './administrators.js';
import { accountsOf, createUser } from './create-user.js';
import type { Directory } from './directory.js';
import { rolesOfUser, rolesOfUsers, setRoles } from './membership.js';
import { userOf } from './user-of.js';
import { userView } from './user-view.js';

type NewPassword = Static<typeof usersContract.setPassword.input>;

/** Users of the System. Changes that would leave it without an active accountadmin are refused. */
export function userOperations(context: PluginContext, directory: Directory): readonly Operation[] {
  const { authenticator } = context;
  return implement('users', usersContract, {
    list: async ({ data }) => {
      const roles = await rolesOfUsers(data);
      const users = await data.find(userModel, { order: [{ field: 'name' }] });
      return { items: users.map((user) => userView(user, roles.get(user.id) ?? [])) };
    },

    create: createUser(context, directory),

    update: async ({ data, emit, afterCommit, systemId }, { userId, roleIds, name, ...set }) => {
      const before = await userOf(data, userId);
      const changes = { ...set, ...(name !== undefined && { name: cleanName(name) }) };
      const after = await keepAdministered(data, async () => {
        const roleId = roleIds ? await setRoles(data, before, roleIds) : before.roleId;
        await data.update(userModel, { id: userId }, { ...changes, roleId });
        return { ...before, ...changes, roleId };
      });
      afterCommit(() => directory.forget(systemId));
      emit('user.changed', { userId, change: 'updated' });
      if (after.disabled && !before.disabled) afterCommit(() => signOut(authenticator, before));
      return userView(after, await rolesOfUser(data, userId));
    },

    setPassword: staged({
      prepare: async ({ data }: OperationContext, { userId, password }: NewPassword) => {
        const { account } = await userOf(data, userId);
        await accountsOf(authenticator).checkPassword?.(account, password);
      },
      run: async ({ data }, { userId }) => {
        await userOf(data, userId);
        return {};
      },
      // What cannot be taken back must be in the log first.
      act: async ({ data }, { userId, password }) => {
        const { account } = await userOf(data, userId);
        const accounts = accountsOf(authenticator);
        await accounts.setPassword(account, password);
        await accounts.signOut(account);
      },
    }),

    remove: async ({ data, emit, afterCommit, systemId }, { userId }) => {
      const { account } = await userOf(data, userId);
      await keepAdministered(data, async () => {
        await data.remove(userModel, { id: userId });
        await data.remove(roleMemberModel, { userId });
      });
      await data.remove(accountModel, { account });
      await data.remove(favouriteModel, { userId });
      afterCommit(() => directory.forget(systemId));
      emit('user.changed', { userId, change: 'removed' });
      afterCommit(async () => authenticator?.accounts?.remove(account));
      return {};
    },
  });
}

async function signOut(authenticator: Authenticator | undefined, { account }: UserRow): Promise<void> {
  await authenticator?.accounts?.signOut(account);
}
