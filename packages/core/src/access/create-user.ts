import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import { cleanName } from '../hierarchy/unique-name.js';
import { type OperationContext, type StagedHandler, staged } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import type { Authenticator } from '../port/authenticator.js';
import type { UserView, usersContract } from './access-contract.js';
import { accountModel, type RoleRow, roleMemberModel, type UserRow, userModel } from './access-models.js';
import type { Directory } from './directory.js';
import { rolesOfUser } from './membership.js';
import { roleOf } from './role-of.js';
import { userView } from './user-view.js';

type NewUser = Static<typeof usersContract.create.input>;

interface Prepared {
  readonly account: string;
  /** The account was made for this user, and goes if the user cannot be stored. */
  readonly isNew: boolean;
}

/** Makes a user and, where this server keeps the accounts, the account behind it, which lies outside the transaction. */
export function createUser(
  context: PluginContext,
  directory: Directory,
): StagedHandler<NewUser, Static<typeof UserView>> {
  const { authenticator, ids } = context;
  return staged<NewUser, Static<typeof UserView>, Prepared>({
    prepare: async ({ data }, input) => {
      await rolesFor(data, input);
      await assertFree(data, emailOf(input), input.account);
      if (input.account !== undefined) return { account: input.account, isNew: false };
      return { account: await newAccount(authenticator, input), isNew: true };
    },
    run: async (operation, input, { account }) => {
      const { data, now, systemId, afterCommit } = operation;
      const [role, ...others] = await rolesFor(data, input);
      await assertFree(data, emailOf(input), account);
      const user: UserRow = {
        id: ids.next(),
        name: cleanName(input.name),
        email: emailOf(input),
        account,
        roleId: role.id,
        securityLevel: levelOf(input, [role, ...others]),
        disabled: false,
        createdAt: now,
      };
      await store(operation, user, input.roleIds);
      afterCommit(() => directory.forget(systemId));
      return userView(user, await rolesOfUser(data, user.id));
    },
    actsOutside: ({ account }) => account === undefined,
    undo: async ({ account, isNew }) => {
      if (isNew) await authenticator?.accounts?.remove(account);
    },
  });
}

async function store(
  { data, emit, systemId }: OperationContext,
  user: UserRow,
  roleIds: readonly string[],
): Promise<void> {
  await data.insert(userModel, user);
  await data.insertAll(
    roleMemberModel,
    roleIds.map((roleId) => ({ userId: user.id, roleId })),
  );
  await data.insert(accountModel, { account: user.account, ofSystem: systemId, userId: user.id });
  emit('user.changed', { userId: user.id, change: 'created' });
}

/** @throws RmmError `NOT_FOUND` */
async function rolesFor(data: Data, { roleIds }: NewUser): Promise<[RoleRow, ...RoleRow[]]> {
  const [first = '', ...others] = roleIds;
  const roles: [RoleRow, ...RoleRow[]] = [await roleOf(data, first)];
  for (const id of others) roles.push(await roleOf(data, id));
  return roles;
}

const emailOf = ({ email }: NewUser): string => email.toLowerCase();
const levelOf = ({ securityLevel }: NewUser, roles: readonly RoleRow[]): number =>
  securityLevel ?? (roles.some(({ builtIn }) => builtIn) ? 5 : 1);

async function assertFree(data: Data, email: string, account: string | undefined): Promise<void> {
  if (await data.one(userModel, { email })) throw taken(email);
  if (account !== undefined && (await data.one(accountModel, { account }))) throw taken(account);
}

const taken = (what: string) => new RmmError('CONFLICT', `“${what}” already belongs to a user; choose another`);

/** @throws RmmError `INVALID_INPUT` when the host keeps the accounts itself */
export function accountsOf(authenticator: Authenticator | undefined): NonNullable<Authenticator['accounts']> {
  if (authenticator?.accounts) return authenticator.accounts;
  throw wrongPassword('this server does not keep accounts itself; passwords are changed where users sign in');
}

async function newAccount(authenticator: Authenticator | undefined, input: NewUser): Promise<string> {
  const { name, password } = input;
  if (password !== undefined) return accountsOf(authenticator).create({ email: emailOf(input), name, password });
  if (authenticator?.accounts) throw wrongPassword('is missing');
  const message = 'is missing: name the user’s account at the host’s sign-in';
  throw new RmmError('INVALID_INPUT', `account ${message}`, { details: { issues: [{ path: '/account', message }] } });
}

function wrongPassword(message: string): RmmError {
  return new RmmError('INVALID_INPUT', `password: ${message}`, {
    details: { issues: [{ path: '/password', message }] },
  });
}
