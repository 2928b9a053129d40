import { defineModel, required } from '../data/model.js';
import type { RoleVisibility } from './access-contract.js';
import type { AgentTool } from './agent-tools.js';

export type PermissionSetting = 'disabled' | 'view' | 'manage';

export interface UserRow {
  id: string;
  name: string;
  email: string;
  /** The account's name at the authenticator; unique over the whole server, see {@link accountModel}. */
  account: string;
  /** The role in force; one of those in {@link roleMemberModel}. */
  roleId: string;
  securityLevel: number;
  disabled: boolean;
  createdAt: number;
}

export const userModel = defineModel<UserRow>({
  name: 'user',
  fields: {
    id: required('string'),
    name: required('string'),
    email: required('string'),
    account: required('string'),
    roleId: required('string'),
    securityLevel: required('int'),
    disabled: required('bool'),
    createdAt: required('time'),
  },
  key: ['id'],
  unique: [['email'], ['account']],
  indexes: [['roleId']],
});

/** Which user of which System an account belongs to: the only table that is read before the System is known. */
export interface AccountRow {
  account: string;
  ofSystem: string;
  userId: string;
}

export const accountModel = defineModel<AccountRow>({
  name: 'account',
  scope: 'server',
  fields: { account: required('string'), ofSystem: required('string'), userId: required('string') },
  key: ['account'],
});

export interface RoleRow {
  id: string;
  name: string;
  description: string;
  builtIn: boolean;
  /** As set; a permission that is not named has its parent's level. */
  permissions: Readonly<Record<string, PermissionSetting>>;
  visibility: RoleVisibility;
  tools: readonly AgentTool[];
}

export const roleModel = defineModel<RoleRow>({
  name: 'role',
  fields: {
    id: required('string'),
    name: required('string'),
    description: required('string'),
    builtIn: required('bool'),
    permissions: required('json'),
    visibility: required('json'),
    tools: required('json'),
  },
  key: ['id'],
  unique: [['name']],
});

/** The roles among which a user may choose (guide, chapter 14). Every user has at least one. */
export interface RoleMemberRow {
  userId: string;
  roleId: string;
}

export const roleMemberModel = defineModel<RoleMemberRow>({
  name: 'roleMember',
  fields: { userId: required('string'), roleId: required('string') },
  key: ['userId', 'roleId'],
  indexes: [['roleId']],
});
