import type { InputOf, OutputOf } from '@rmm/client';

export type Policy = OutputOf<'policies.get'>;
export type PolicyType = OutputOf<'policies.types'>['items'][number];
export type PolicyLevel = Policy['level'];
export type PolicyTarget = { readonly kind: 'filter' | 'group'; readonly id: string };
export type PolicySettings = Policy['settings'];
export type PolicyChange = InputOf<'policies.plan'>['change'];
export type PolicyPlan = OutputOf<'policies.plan'>;
export type PlannedChange = PolicyPlan['changes'][number];
export type SettingChange = PlannedChange['settings'][number];
export type PolicyExplanation = OutputOf<'policies.explain'>;
export type EffectiveSetting = PolicyExplanation['types'][number]['settings'][number];
export type DriftItem = OutputOf<'policies.drift'>['items'][number];

/** Where a policy is made. */
export interface PolicyPlace {
  readonly level: PolicyLevel;
  readonly profileId?: string;
  readonly deviceId?: string;
}

/** Events after which lists of policies may be others. */
export const POLICY_EVENTS = ['policy.*', 'filter.changed', 'group.changed', 'profile.changed'];
/** Events after which devices may obey, or wait, otherwise than before. */
export const DELIVERY_EVENTS = ['policy.*', 'device.*', 'group.changed', 'filter.changed', 'profile.changed'];
