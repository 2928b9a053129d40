import { defineModel, nullable, required } from '../data/model.js';

export type PermissionSetting = 'disabled' | 'view' | 'manage';

export interface UserRow {
  id: string;
  name: string;
  email: string;
  /** The account's name at the authenticator; unique over the whole server, see {@link accountModel}. */
  account: string;
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
  permissions: Readonly<Record<string, PermissionSetting>>;
}

export const roleModel = defineModel<RoleRow>({
  name: 'role',
  fields: {
    id: required('string'),
    name: required('string'),
    description: required('string'),
    builtIn: required('bool'),
    permissions: required('json'),
  },
  key: ['id'],
  unique: [['name']],
});

export interface ActivityRow {
  id: string;
  at: number;
  actorKind: 'user' | 'host' | 'agent';
  actorId: string | null;
  actorName: string;
  operation: string;
  summary: string;
  outcome: 'done' | 'refused';
  input: unknown;
}

export const activityModel = defineModel<ActivityRow>({
  name: 'activity',
  fields: {
    id: required('string'),
    at: required('time'),
    actorKind: required('string'),
    actorId: nullable('string'),
    actorName: required('string'),
    operation: required('string'),
    summary: required('string'),
    outcome: required('string'),
    input: required('json'),
  },
  key: ['id'],
});
