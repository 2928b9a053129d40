import { Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Cursor, Id, Name, Nothing, Nullable, OneOf, Secret, Strict, Text, Time } from '../operation/schema.js';

export const LEVELS = ['disabled', 'view', 'manage'] as const;
const Permissions = Type.Record(Type.String(), OneOf(LEVELS));

export const UserView = Strict({
  id: Id,
  name: Name,
  email: Type.String(),
  roleId: Id,
  roleName: Name,
  securityLevel: Type.Integer({ minimum: 1, maximum: 5 }),
  disabled: Type.Boolean(),
  createdAt: Time,
});

export const Session = Strict({
  actor: OneOf(['user', 'host']),
  user: Nullable(UserView),
  system: Strict({ id: Id, name: Name }),
  /** What the actor may do: permission to level. */
  permissions: Permissions,
});

const Email = Type.String({ format: 'email', maxLength: 320 });
const SecurityLevel = Type.Integer({ minimum: 1, maximum: 5 });
/** Length is what counts (NIST SP 800-63B); the authenticator may demand more. */
const Password = Secret({ minLength: 12, maxLength: 128 });

export const sessionContract = {
  get: declare({
    kind: 'query',
    summary: 'Show who is signed in and what they may do',
    requires: 'signed-in',
    route: 'GET /session',
    input: Nothing,
    output: Session,
  }),
};
export interface SessionApi extends ApiOf<typeof sessionContract> {}

/** Users of the System. Only holders of the `account` permission manage them; accountadmin always can (guide, chapter 14). */
export const usersContract = {
  list: declare({
    kind: 'query',
    summary: 'List the users',
    requires: { permission: 'account' },
    route: 'GET /users',
    input: Nothing,
    output: Strict({ items: Type.Array(UserView) }),
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a user',
    requires: { permission: 'account' },
    route: 'POST /users',
    input: Strict({
      name: Name,
      email: Email,
      roleId: Id,
      securityLevel: Type.Optional(SecurityLevel),
      /** Needed when this server keeps the accounts itself. */
      password: Type.Optional(Password),
      /** The account's name at the host's own authenticator, instead of a password. */
      account: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    }),
    output: UserView,
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a user’s name, role or security level, disable or enable them',
    requires: { permission: 'account' },
    route: 'PATCH /users/:userId',
    input: Strict({
      userId: Id,
      name: Type.Optional(Name),
      roleId: Type.Optional(Id),
      securityLevel: Type.Optional(SecurityLevel),
      disabled: Type.Optional(Type.Boolean()),
    }),
    output: UserView,
  }),
  setPassword: declare({
    kind: 'command',
    summary: 'Set a user’s password and end their sessions',
    requires: { permission: 'account' },
    route: 'POST /users/:userId/password',
    input: Strict({ userId: Id, password: Password }),
    output: Nothing,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a user',
    requires: { permission: 'account' },
    route: 'DELETE /users/:userId',
    input: Strict({ userId: Id }),
    output: Nothing,
  }),
};
export interface UsersApi extends ApiOf<typeof usersContract> {}

export const RoleView = Strict({
  id: Id,
  name: Name,
  description: Text,
  /** accountadmin: everything, cannot be changed or deleted. */
  builtIn: Type.Boolean(),
  permissions: Permissions,
  members: Type.Integer({ minimum: 0 }),
});

export const rolesContract = {
  list: declare({
    kind: 'query',
    summary: 'List the roles and the permissions that exist',
    requires: { permission: 'account' },
    route: 'GET /roles',
    input: Nothing,
    output: Strict({
      items: Type.Array(RoleView),
      permissions: Type.Array(Strict({ name: Type.String(), label: Type.String(), description: Type.String() })),
    }),
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a role; permissions not named are disabled',
    requires: { permission: 'account' },
    route: 'POST /roles',
    input: Strict({ name: Name, description: Type.Optional(Text), permissions: Permissions }),
    output: RoleView,
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a role; permissions not named stay',
    requires: { permission: 'account' },
    route: 'PATCH /roles/:roleId',
    input: Strict({
      roleId: Id,
      name: Type.Optional(Name),
      description: Type.Optional(Text),
      permissions: Type.Optional(Permissions),
    }),
    output: RoleView,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a role that no user has',
    requires: { permission: 'account' },
    route: 'DELETE /roles/:roleId',
    input: Strict({ roleId: Id }),
    output: Nothing,
  }),
};
export interface RolesApi extends ApiOf<typeof rolesContract> {}

export const ActivityEntry = Strict({
  id: Id,
  at: Time,
  actorKind: OneOf(['user', 'host', 'agent']),
  actorId: Nullable(Type.String()),
  actorName: Type.String(),
  operation: Type.String(),
  summary: Type.String(),
  /** `refused`: the actor had no right to it. */
  outcome: OneOf(['done', 'refused']),
  /** The input, secrets masked. */
  input: Type.Unknown(),
});

export const activityContract = {
  list: declare({
    kind: 'query',
    summary: 'List who did what, newest first',
    requires: { permission: 'account', level: 'view' },
    route: 'GET /activity',
    input: Strict({
      actorId: Type.Optional(Type.String({ maxLength: 64 })),
      operation: Type.Optional(Type.String({ maxLength: 128 })),
      /** Agents' own reports are left out unless asked for. */
      agents: Type.Optional(Type.Boolean()),
      ...Cursor,
    }),
    output: Strict({ items: Type.Array(ActivityEntry), cursor: Nullable(Type.String()) }),
  }),
};
export interface ActivityApi extends ApiOf<typeof activityContract> {}
