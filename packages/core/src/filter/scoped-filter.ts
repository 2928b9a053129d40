import type { CompiledFilter } from './compile-filter.js';
import type { FilterRow } from './filter-models.js';
import { and, conditionsOf, isTimed, leaf, or, type PlanNode, some } from './plan.js';
import type { Predicate } from './predicate.js';
import { parsePattern } from './text-pattern.js';

const SUSPENDED_FIELD = 'status.suspended';
const suspended = (value: boolean): PlanNode => leaf(SUSPENDED_FIELD, { is: 'boolean', value });

const EVERYTHING: CompiledFilter = {
  source: { all: [] },
  plan: { op: 'const', value: true },
  conditions: [],
  fields: new Set(),
  timeDependent: false,
  readsFavourites: false,
};

/** Devices that are not suspended. */
export const ACTIVE: PlanNode = suspended(false);
export const SUSPENDED: PlanNode = suspended(true);

/** Devices of any of these Profiles. */
export function ofProfiles(profileIds: readonly string[]): PlanNode {
  return or(profileIds.map((id) => leaf('profile.id', exactly(id))));
}

/** Devices of a device group. */
export function inGroup(groupId: string): PlanNode {
  return some('group.id', leaf('group.id', exactly(groupId)));
}

const exactly = (id: string): Predicate => ({
  is: 'text',
  pattern: parsePattern(id, { fromStart: true, toEnd: true }),
});

/** The Profiles to which a stored filter is confined: its own, or those of its scope; undefined is all. */
export function confinementOf({ profileId, scope }: Pick<FilterRow, 'profileId' | 'scope'>): PlanNode | undefined {
  if (profileId !== '') return ofProfiles([profileId]);
  return scope === null ? undefined : ofProfiles(scope);
}

/** Filters do not show suspended devices, except those that ask about suspension themselves. */
export const asksForSuspended = ({ fields }: CompiledFilter): boolean => fields.has(SUSPENDED_FIELD);

/** Conditions that nobody wrote down, as a filter. */
export function planned(...nodes: readonly PlanNode[]): CompiledFilter {
  return narrowed(EVERYTHING, ...nodes);
}

/** Devices that are connected. */
export const ONLINE: CompiledFilter = planned(leaf('status.online', { is: 'boolean', value: true }));

/** The same filter under further conditions; `fields` stay those that its author chose. */
export function narrowed(filter: CompiledFilter, ...further: readonly (PlanNode | undefined)[]): CompiledFilter {
  const plan = and([...further.filter((node) => node !== undefined), filter.plan]);
  return { ...filter, plan, conditions: conditionsOf(plan), timeDependent: isTimed(plan) };
}
