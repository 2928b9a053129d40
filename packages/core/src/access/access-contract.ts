import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Cursor, Id, Name, Named, Nothing, Nullable, OneOf, Secret, Strict, Text, Time } from '../operation/schema.js';
import { OUTCOMES } from './activity-outcome.js';
import { AGENT_TOOLS } from './agent-tools.js';

export const LEVELS = ['disabled', 'view', 'manage'] as const;
const Permissions = Type.Record(Type.String(), OneOf(LEVELS));

const UserSchema = Strict({
  id: Id,
  name: Name,
  email: Type.String(),
  /** The role in force. */
  roleId: Id,
  roleName: Name,
  /** All roles that the user may choose from, the one in force among them (guide, chapter 14). */
  roles: Type.Array(Strict({ id: Id, name: Name })),
  securityLevel: Type.Integer({ minimum: 1, maximum: 5 }),
  disabled: Type.Boolean(),
  createdAt: Time,
});
/** A user of the System, with the roles that it may take on. */
export interface User extends Static<typeof UserSchema> {}
export const UserView = Named<User, typeof UserSchema>(UserSchema);

const SessionSchema = Strict({
  actor: OneOf(['user', 'host']),
  user: Nullable(UserView),
  system: Strict({ id: Id, name: Name }),
  /** What the actor may do: permission to level. */
  permissions: Permissions,
  /** The agent tools that the actor may use. */
  tools: Type.Array(OneOf(AGENT_TOOLS)),
  /** Whether the actor may edit users and roles. */
  accountadmin: Type.Boolean(),
  /** Whether there may be devices that the actor does not see. */
  restricted: Type.Boolean(),
  /** The role as which an accountadmin looks at the System; nothing can be changed meanwhile. */
  viewingAs: Nullable(Strict({ id: Id, name: Name })),
});
/** Who is signed in, and what they may do. */
export interface Session extends Static<typeof SessionSchema> {}
export const Session = Named<Session, typeof SessionSchema>(SessionSchema);

const Email = Type.String({ format: 'email', maxLength: 320 });
const RoleIds = Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true });
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
  useRole: declare({
    kind: 'command',
    summary: 'Take on another one of one’s own roles',
    requires: 'signed-in',
    route: 'PUT /session/role',
    input: Strict({ roleId: Id }),
    output: Session,
  }),
};
export interface SessionApi extends ApiOf<typeof sessionContract> {}

/** Users of the System. Only accountadmins see and edit them (guide, chapter 14). */
export const usersContract = {
  list: declare({
    kind: 'query',
    summary: 'List the users',
    requires: 'accountadmin',
    route: 'GET /users',
    input: Nothing,
    output: Strict({ items: Type.Array(UserView) }),
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a user',
    requires: 'accountadmin',
    route: 'POST /users',
    input: Strict({
      name: Name,
      email: Email,
      /** The first one is in force until the user takes on another. */
      roleIds: RoleIds,
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
    requires: 'accountadmin',
    route: 'PATCH /users/:userId',
    input: Strict({
      userId: Id,
      name: Type.Optional(Name),
      roleIds: Type.Optional(RoleIds),
      securityLevel: Type.Optional(SecurityLevel),
      disabled: Type.Optional(Type.Boolean()),
    }),
    output: UserView,
  }),
  setPassword: declare({
    kind: 'command',
    summary: 'Set a user’s password and end their sessions',
    requires: 'accountadmin',
    route: 'POST /users/:userId/password',
    input: Strict({ userId: Id, password: Password }),
    output: Nothing,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a user',
    requires: 'accountadmin',
    route: 'DELETE /users/:userId',
    input: Strict({ userId: Id }),
    output: Nothing,
  }),
};
export interface UsersApi extends ApiOf<typeof usersContract> {}

const IdList = Type.Array(Id, { maxItems: 10_000, uniqueItems: true });
const VisibilitySetSchema = Strict({ profiles: IdList, groups: IdList, filters: IdList });
type Lists = Static<typeof VisibilitySetSchema>;
/** Sets of devices: whole Profiles, groups of devices or Profiles, filters. No interface, so that it goes by keys too. */
export type VisibilitySet = { [Kind in keyof Lists]: Lists[Kind] };
export const VisibilitySet = Named<VisibilitySet, typeof VisibilitySetSchema>(VisibilitySetSchema);
const RoleVisibilitySchema = Strict({ include: Nullable(VisibilitySet), exclude: VisibilitySet });
/** Which devices a role shows: what it includes (null: all), less what it excludes (guide, chapter 14, *Device Visibility*). */
export interface RoleVisibility extends Static<typeof RoleVisibilitySchema> {}
export const RoleVisibility = Named<RoleVisibility, typeof RoleVisibilitySchema>(RoleVisibilitySchema);
const Tools = Type.Array(OneOf(AGENT_TOOLS), { uniqueItems: true });

const RoleSchema = Strict({
  id: Id,
  name: Name,
  description: Text,
  /** accountadmin: everything, cannot be changed or deleted. */
  builtIn: Type.Boolean(),
  /** As set; a permission that is not named has its parent's level. */
  permissions: Permissions,
  /** What holds, for every permission. */
  levels: Permissions,
  visibility: RoleVisibility,
  tools: Tools,
  /** Users who have it, in force or not. */
  members: Type.Integer({ minimum: 0 }),
  memberIds: Type.Array(Id),
});
/** A role: what its members may do, and to which devices (guide, chapter 14). */
export interface Role extends Static<typeof RoleSchema> {}
export const RoleView = Named<Role, typeof RoleSchema>(RoleSchema);

const PermissionSchema = Strict({
  name: Type.String(),
  parent: Type.Optional(Type.String()),
  label: Type.String(),
  description: Type.String(),
});
/** A permission that exists, of the server or of a plugin. */
export interface Permission extends Static<typeof PermissionSchema> {}
const PermissionView = Named<Permission, typeof PermissionSchema>(PermissionSchema);

const RoleTerms = {
  description: Type.Optional(Text),
  visibility: Type.Optional(RoleVisibility),
  tools: Type.Optional(Tools),
  /** All its members, in place of the present ones. */
  memberIds: Type.Optional(IdList),
};

export const rolesContract = {
  list: declare({
    kind: 'query',
    summary: 'List the roles, and the permissions and agent tools that exist',
    requires: 'accountadmin',
    route: 'GET /roles',
    input: Nothing,
    output: Strict({
      items: Type.Array(RoleView),
      permissions: Type.Array(PermissionView),
      tools: Tools,
    }),
  }),
  create: declare({
    kind: 'command',
    summary:
      'Create a role; blank or as a copy; without visibility it shows everything, without permissions it allows nothing',
    requires: 'accountadmin',
    route: 'POST /roles',
    input: Strict({
      name: Name,
      /** Everything that is not given is taken from this role, its members aside. */
      copyOf: Type.Optional(Id),
      permissions: Type.Optional(Permissions),
      ...RoleTerms,
    }),
    output: RoleView,
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a role; permissions given replace all, what is not given stays',
    requires: 'accountadmin',
    route: 'PATCH /roles/:roleId',
    input: Strict({
      roleId: Id,
      name: Type.Optional(Name),
      permissions: Type.Optional(Permissions),
      ...RoleTerms,
    }),
    output: RoleView,
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a role; its members get the role `reassignTo`',
    requires: 'accountadmin',
    route: 'DELETE /roles/:roleId',
    /** `reassignTo` is needed when a member has no other role. */
    input: Strict({ roleId: Id, reassignTo: Type.Optional(Id) }),
    output: Nothing,
  }),
};
export interface RolesApi extends ApiOf<typeof rolesContract> {}

const AccessExplanationSchema = Strict({
  allowed: Type.Boolean(),
  /** Each must allow it: the account, the permission, the agent tool, the device's visibility. */
  grounds: Type.Array(
    Strict({
      ground: OneOf(['account', 'permission', 'tool', 'visibility']),
      allowed: Type.Boolean(),
      /** In words, with the names of what decides. */
      reason: Type.String(),
    }),
  ),
});
/** Whether somebody may do something, and why. */
export interface AccessExplanation extends Static<typeof AccessExplanationSchema> {}
const AccessExplanationView = Named<AccessExplanation, typeof AccessExplanationSchema>(AccessExplanationSchema);

export const accessContract = {
  explain: declare({
    kind: 'query',
    summary: 'Show whether a user, or a role, may do something to a device, and why',
    requires: 'accountadmin',
    route: 'GET /access/explain',
    input: Strict({
      /** One of both. */
      userId: Type.Optional(Id),
      roleId: Type.Optional(Id),
      /** `devices.move` */
      operation: Type.String({ minLength: 1, maxLength: 128 }),
      deviceId: Type.Optional(Id),
    }),
    output: AccessExplanationView,
    touches: ({ deviceId }) => (deviceId === undefined ? {} : { devices: [deviceId] }),
  }),
};
export interface AccessApi extends ApiOf<typeof accessContract> {}

/** An entry as it is chained and exported. */
export const SealedEntry = Strict({
  id: Id,
  at: Time,
  actorKind: OneOf(['user', 'host', 'agent']),
  actorId: Nullable(Type.String()),
  actorName: Type.String(),
  /** The role in force; null for the host and agents. */
  roleName: Nullable(Type.String()),
  operation: Type.String(),
  summary: Type.String(),
  /**
   * `refused`: the actor had no right to it. `failed`: an entry says that it was done, and then what was to be done
   * outside of storage was not, or not wholly.
   */
  outcome: OneOf(OUTCOMES),
  /** The devices that the input named, the first hundred. */
  deviceIds: Type.Array(Id),
  /** The input: secrets masked, scripts told by hash and length, long texts and lists cut. */
  input: Type.Unknown(),
  /** Place in the chain, from 1; null until the entry is sealed, which takes seconds. */
  sequence: Nullable(Type.Integer()),
  /** SHA-256 over the hash of the entry before and this one, hex. */
  hash: Nullable(Type.String()),
});

const ListedEntrySchema = Strict({
  ...SealedEntry.properties,
  /** The input is left out: the actor may not view what it is about. */
  withheld: Type.Boolean(),
  /**
   * What it is about, by the names of today: a few of each kind (`policies`, `devices`, …), of those that there still are
   * and that the actor may view.
   */
  about: Type.Array(Strict({ kind: Type.String(), id: Id, name: Type.String() })),
});
/** An entry of the activity log as it is listed: who did what. */
export interface ActivityEntry extends Static<typeof ListedEntrySchema> {}
const ListedEntry = Named<ActivityEntry, typeof ListedEntrySchema>(ListedEntrySchema);

const ActivityExportSchema = Strict({
  /** One entry a line, each line ends with a line feed; the last part ends with a line of the seal. */
  lines: Type.String(),
  next: Nullable(Type.Integer()),
  /** The signed end of the chain, and the key that signed it, base64url. */
  seal: Nullable(
    Strict({
      sequence: Type.Integer(),
      hash: Type.String(),
      at: Time,
      signature: Type.String(),
      publicKey: Type.String(),
    }),
  ),
});
/** A part of the activity log that can be verified without the server. */
export interface ActivityExport extends Static<typeof ActivityExportSchema> {}
const ActivityExportView = Named<ActivityExport, typeof ActivityExportSchema>(ActivityExportSchema);

const ActivityFilter = {
  actorId: Type.Optional(Type.String({ maxLength: 64 })),
  /** A whole name (`devices.move`) or a feature (`devices`). */
  operation: Type.Optional(Type.String({ maxLength: 128 })),
  outcome: Type.Optional(OneOf(OUTCOMES)),
  deviceId: Type.Optional(Id),
  from: Type.Optional(Time),
  to: Type.Optional(Time),
  /** Agents' own reports are left out unless asked for. */
  agents: Type.Optional(Type.Boolean()),
};

/** The activity log: each entry is chained to the one before by its hash, and the System's key signs the end of the chain. */
export const activityContract = {
  list: declare({
    kind: 'query',
    summary: 'List who did what, newest first',
    requires: { permission: 'account.activity' },
    route: 'GET /activity',
    input: Strict({ ...ActivityFilter, ...Cursor }),
    output: Strict({ items: Type.Array(ListedEntry), cursor: Nullable(Type.String()) }),
    touches: ({ deviceId }) => (deviceId === undefined ? {} : { devices: [deviceId] }),
  }),
  export: declare({
    kind: 'query',
    summary: 'Export a part of the activity log, oldest first, as JSON lines that can be verified without the server',
    requires: { permission: 'account.activity' },
    route: 'GET /activity/export',
    /** `after`: the sequence to go on after; repeat with `next` until it is null. */
    input: Strict({
      after: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1000 })),
    }),
    output: ActivityExportView,
  }),
  verify: declare({
    kind: 'query',
    summary: 'Check that no entry of the activity log was changed, removed or put in',
    requires: { permission: 'account.activity' },
    route: 'GET /activity/verify',
    input: Nothing,
    output: Strict({
      intact: Type.Boolean(),
      /** Entries checked. */
      entries: Type.Integer(),
      /** Entries not yet sealed, and so not yet protected. */
      pending: Type.Integer(),
      /** The first thing that is wrong. */
      fault: Nullable(Strict({ sequence: Type.Integer(), reason: Type.String() })),
    }),
  }),
};
export interface ActivityApi extends ApiOf<typeof activityContract> {}
