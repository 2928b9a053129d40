import { JsonDraft } from './json-draft.js';
import type { Policy, PolicyPlace, PolicySettings, PolicyTarget } from './policy-views.js';
import { isRecord } from './setting-field.js';

/** A policy in the editor. */
export interface PolicyDraft {
  readonly name: string;
  readonly description: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly targets: readonly PolicyTarget[];
  readonly enforced: boolean;
  /** As typed. */
  readonly order: string;
  readonly enabled: boolean;
}

export const EMPTY_DRAFT: PolicyDraft = {
  name: '',
  description: '',
  settings: {},
  targets: [],
  enforced: false,
  order: '0',
  enabled: true,
};

export function draftOf(policy: Policy): PolicyDraft {
  const { name, description, settings, targets, enforced, order, enabled } = policy;
  return {
    name,
    description,
    settings,
    targets: targets.map(({ kind, id }) => ({ kind, id })),
    enforced,
    order: String(order),
    enabled,
  };
}

/** A draft that starts as another policy; its targets come along where the new one may have them too. */
export function copyOf(policy: Policy, name: string, place: PolicyPlace): PolicyDraft {
  const fits = place.level === policy.level && (policy.profileId ?? undefined) === place.profileId;
  const draft = draftOf(policy);
  return { ...draft, name, enabled: true, targets: fits && place.level !== 'device' ? draft.targets : [] };
}

/** What the draft decides, as the API takes it. */
export function termsOf(draft: PolicyDraft, level: PolicyPlace['level']) {
  return {
    description: draft.description.trim(),
    settings: pruned(draft.settings),
    ...(level !== 'device' && { targets: draft.targets.map(({ kind, id }) => ({ kind, id })) }),
    enforced: draft.enforced,
    order: Number(draft.order) || 0,
    enabled: draft.enabled,
  };
}

/** The settings without fields that are not set. */
export function pruned(settings: Readonly<Record<string, unknown>>): PolicySettings {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => (isEmpty(value) ? [] : [[name, clean(value)]])),
  );
}

const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

function clean(value: unknown): unknown {
  if (value instanceof JsonDraft) return JSON.parse(value.text);
  if (Array.isArray(value)) return value.map(clean);
  return isRecord(value) ? pruned(value) : value;
}

/** How many of a type's settings are set. */
export function countSet(settings: Readonly<Record<string, unknown>>): number {
  return Object.values(settings).filter((value) => !isEmpty(value)).length;
}
