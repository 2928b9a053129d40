import { defineModel, nullable, required } from '../data/model.js';
import type { PolicyLevel } from './policy-type.js';

/** A set of devices that a policy is for: a filter, or a group of devices or of Profiles. */
export interface PolicyTarget {
  readonly kind: 'filter' | 'group';
  readonly id: string;
}

/** By field of the type's schema. */
export type PolicySettings = Readonly<Record<string, unknown>>;

/** What a policy decides. It is saved first and pushed to devices later. */
export interface PolicyTerms {
  readonly settings: PolicySettings;
  /** Empty for policies of one device; without any, other policies hold for no device. */
  readonly targets: readonly PolicyTarget[];
  /** Policies of lower levels cannot override what it sets. */
  readonly enforced: boolean;
  /** Among policies of one level the lower number comes first, then the older policy. */
  readonly order: number;
  readonly enabled: boolean;
}

export interface PolicyRow {
  id: string;
  name: string;
  description: string;
  type: string;
  level: PolicyLevel;
  /** Empty unless the level is `profile`. */
  profileId: string;
  /** Empty unless the level is `device`. */
  deviceId: string;
  /** As last saved. */
  terms: PolicyTerms;
  /** As last pushed: what holds on devices. Null until the first push. */
  deployed: PolicyTerms | null;
  createdAt: number;
  updatedAt: number;
  deployedAt: number | null;
}

export const policyModel = defineModel<PolicyRow>({
  name: 'policy',
  fields: {
    id: required('string'),
    name: required('string'),
    description: required('string'),
    type: required('string'),
    level: required('string'),
    profileId: required('string'),
    deviceId: required('string'),
    terms: required('json'),
    deployed: nullable('json'),
    createdAt: required('time'),
    updatedAt: required('time'),
    deployedAt: nullable('time'),
  },
  key: ['id'],
  unique: [['level', 'profileId', 'deviceId', 'name']],
  indexes: [['profileId'], ['deviceId']],
});

/** A Profile in which a policy is turned off (guide, chapter 8: *Enabled for this profile*). Takes effect at once. */
export interface PolicyExceptionRow {
  policyId: string;
  profileId: string;
}

export const policyExceptionModel = defineModel<PolicyExceptionRow>({
  name: 'policyException',
  fields: { policyId: required('string'), profileId: required('string') },
  key: ['policyId', 'profileId'],
  indexes: [['profileId']],
});

/** What a device is to obey, and what it last said that it obeys. Devices without a row keep the empty document. */
export interface DevicePolicyRow {
  deviceId: string;
  /** Hash of the document that holds for it; empty while the device is suspended. */
  desired: string;
  desiredAt: number;
  /** Hash of the document that its agent keeps; null when it keeps none. */
  actual: string | null;
  actualAt: number | null;
  /** Types that its agent keeps but does not act on. */
  ignored: readonly string[];
  /** Why the agent could not take the desired document; null when nothing is wrong. */
  fault: { readonly code: string; readonly message: string } | null;
  /** Follows from the above, for lists: see `policyState`. */
  state: 'in-force' | 'waiting' | 'failed';
  /** Since when. */
  stateAt: number;
  monitoringSuspended: boolean;
}

export const devicePolicyModel = defineModel<DevicePolicyRow>({
  name: 'devicePolicy',
  fields: {
    deviceId: required('string'),
    desired: required('string'),
    desiredAt: required('time'),
    actual: nullable('string'),
    actualAt: nullable('time'),
    ignored: required('json'),
    fault: nullable('json'),
    state: required('string'),
    stateAt: required('time'),
    monitoringSuspended: required('bool'),
  },
  key: ['deviceId'],
  indexes: [['desired'], ['state', 'stateAt'], ['monitoringSuspended']],
});

/** The settings that hold on some device, by type; stored once by their hash. The empty document is not stored. */
export interface PolicyDocumentRow {
  hash: string;
  document: Readonly<Record<string, PolicySettings>>;
}

export const policyDocumentModel = defineModel<PolicyDocumentRow>({
  name: 'policyDocument',
  fields: { hash: required('string'), document: required('json') },
  key: ['hash'],
});
