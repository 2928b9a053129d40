import { defineModel, nullable, required } from '../data/model.js';

export interface SystemRow {
  id: string;
  name: string;
  createdAt: number;
  customFieldLabels: readonly string[];
  mailRecipients: readonly string[];
}

export const systemModel = defineModel<SystemRow>({
  name: 'system',
  scope: 'server',
  fields: {
    id: required('string'),
    name: required('string'),
    createdAt: required('time'),
    customFieldLabels: required('json'),
    mailRecipients: required('json'),
  },
  key: ['id'],
});

export interface ProxySettings {
  host: string;
  port: number;
  username: string | null;
  /** Sealed by the SecretBox. */
  sealedPassword: string | null;
}

export interface ProfileRow {
  id: string;
  name: string;
  description: string;
  createdAt: number;
  customFieldLabels: readonly (string | null)[];
  mailRecipients: readonly string[];
  powerRatingWatts: number | null;
  proxy: ProxySettings | null;
}

export const profileModel = defineModel<ProfileRow>({
  name: 'profile',
  fields: {
    id: required('string'),
    name: required('string'),
    description: required('string'),
    createdAt: required('time'),
    customFieldLabels: required('json'),
    mailRecipients: required('json'),
    powerRatingWatts: nullable('real'),
    proxy: nullable('json'),
  },
  key: ['id'],
  unique: [['name']],
});

export interface VariableRow {
  /** Empty at System level. */
  profileId: string;
  name: string;
  masked: boolean;
  /** Sealed by the SecretBox, masked or not. */
  sealed: string;
}

export const variableModel = defineModel<VariableRow>({
  name: 'variable',
  fields: {
    profileId: required('string'),
    name: required('string'),
    masked: required('bool'),
    sealed: required('string'),
  },
  key: ['profileId', 'name'],
});

export interface EnrolmentRow {
  id: string;
  profileId: string;
  /** SHA-256 of the secret, base64url. */
  secretHash: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
  usesLeft: number | null;
  used: number;
}

export const enrolmentModel = defineModel<EnrolmentRow>({
  name: 'enrolment',
  fields: {
    id: required('string'),
    profileId: required('string'),
    secretHash: required('string'),
    createdAt: required('time'),
    createdBy: required('string'),
    expiresAt: required('time'),
    usesLeft: nullable('int'),
    used: required('int'),
  },
  key: ['id'],
  indexes: [['profileId']],
});

export interface NoteRow {
  id: string;
  deviceId: string;
  author: string;
  createdAt: number;
  text: string;
}

export const noteModel = defineModel<NoteRow>({
  name: 'note',
  fields: {
    id: required('string'),
    deviceId: required('string'),
    author: required('string'),
    createdAt: required('time'),
    text: required('string'),
  },
  key: ['id'],
  indexes: [['deviceId', 'id']],
});

export interface FavouriteRow {
  userId: string;
  /** `device` or `component`. */
  kind: string;
  targetId: string;
}

export const favouriteModel = defineModel<FavouriteRow>({
  name: 'favourite',
  fields: { userId: required('string'), kind: required('string'), targetId: required('string') },
  key: ['userId', 'kind', 'targetId'],
});

export interface GroupRow {
  id: string;
  name: string;
  kind: 'system-devices' | 'profile-devices' | 'system-profiles';
  /** Empty for groups of the System. */
  profileId: string;
}

export const groupModel = defineModel<GroupRow>({
  name: 'group',
  fields: { id: required('string'), name: required('string'), kind: required('string'), profileId: required('string') },
  key: ['id'],
  unique: [['profileId', 'kind', 'name']],
});

export interface GroupMemberRow {
  groupId: string;
  /** A device, or a Profile in a `system-profiles` group. */
  memberId: string;
}

export const groupMemberModel = defineModel<GroupMemberRow>({
  name: 'groupMember',
  fields: { groupId: required('string'), memberId: required('string') },
  key: ['groupId', 'memberId'],
  indexes: [['memberId']],
});
