import { RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { isoTime } from '../hierarchy/iso-time.js';
import { implement, type Operation } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Authenticator } from '../port/authenticator.js';
import { usersContract } from './access-contract.js';
import { accountModel, roleModel, type UserRow, userModel } from './access-models.js';
import type { Directory } from './directory.js';

export function userView(user: UserRow, roleName: string) {
  const { id, name, email, roleId, securityLevel, disabled, createdAt } = user;
  return { id, name, email, roleId, roleName, securityLevel, disabled, createdAt: isoTime(createdAt) };
}

/** Users of the System. Changes that would leave it without an active accountadmin are refused. */
export function userOperations(context: PluginContext, directory: Directory): readonly Operation[] {
  const { authenticator, ids } = context;
  return implement('users', usersContract, {
    list: async ({ data }) => {
      const roles = new Map((await data.find(roleModel)).map(({ id, name }) => [id, name]));
      const users = await data.find(userModel, { order: [{ field: 'name' }] });
      return { items: users.map((user) => userView(user, roles.get(user.roleId) ?? '')) };
    },

    create: async ({ data, now, emit, afterCommit, systemId }, input) => {
      const role = await roleOf(data, input.roleId);
      const email = input.email.toLowerCase();
      if (await data.one(userModel, { email })) throw taken(email);
      const account = await accountFor(authenticator, { ...input, email });
      const user: UserRow = {
        id: ids.next(),
        name: input.name,
        email,
        account,
        roleId: role.id,
        securityLevel: input.securityLevel ?? (role.builtIn ? 5 : 1),
        disabled: false,
        createdAt: now,
      };
      if (await data.one(accountModel, { account })) throw taken(account);
      await data.insert(userModel, user);
      await data.insert(accountModel, { account, ofSystem: systemId, userId: user.id });
      afterCommit(() => directory.forget(systemId));
      emit('user.changed', { userId: user.id, change: 'created' });
      return userView(user, role.name);
    },

    update: async ({ data, emit, afterCommit, systemId }, { userId, ...set }) => {
      const before = await userOf(data, userId);
      const role = await roleOf(data, set.roleId ?? before.roleId);
      const after: UserRow = { ...before, ...set };
      await data.update(userModel, { id: userId }, set);
      await assertAdministered(data);
      if (after.disabled && !before.disabled) await authenticator?.accounts?.signOut(before.account);
      afterCommit(() => directory.forget(systemId));
      emit('user.changed', { userId, change: 'updated' });
      return userView(after, role.name);
    },

    setPassword: async ({ data }, { userId, password }) => {
      const { account } = await userOf(data, userId);
      const accounts = accountsOf(authenticator);
      await accounts.setPassword(account, password);
      await accounts.signOut(account);
      return {};
    },

    remove: async ({ data, emit, afterCommit, systemId }, { userId }) => {
      const { account } = await userOf(data, userId);
      await data.remove(userModel, { id: userId });
      await data.remove(accountModel, { account });
      await assertAdministered(data);
      afterCommit(async () => {
        directory.forget(systemId);
        await authenticator?.accounts?.remove(account);
      });
      emit('user.changed', { userId, change: 'removed' });
      return {};
    },
  });
}

const taken = (what: string) => new RmmError('CONFLICT', `“${what}” already belongs to a user; choose another`);

async function userOf(data: Data, id: string): Promise<UserRow> {
  const user = await data.one(userModel, { id });
  if (!user) throw new RmmError('NOT_FOUND', `There is no user "${id}"`);
  return user;
}

async function roleOf(data: Data, id: string) {
  const role = await data.one(roleModel, { id });
  if (!role) throw new RmmError('NOT_FOUND', `There is no role "${id}"`);
  return role;
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

function accountsOf(authenticator: Authenticator | undefined): NonNullable<Authenticator['accounts']> {
  if (authenticator?.accounts) return authenticator.accounts;
  throw new RmmError(
    'INVALID_INPUT',
    'password: this server does not keep accounts itself; passwords are changed where users sign in',
  );
}

async function accountFor(
  authenticator: Authenticator | undefined,
  input: { email: string; name: string; password?: string; account?: string },
): Promise<string> {
  if (input.account !== undefined) return input.account;
  if (input.password === undefined) {
    throw new RmmError(
      'INVALID_INPUT',
      authenticator?.accounts
        ? 'password is missing'
        : 'account is missing: name the user’s account at the host’s sign-in',
    );
  }
  const { email, name, password } = input;
  return accountsOf(authenticator).create({ email, name, password });
}
