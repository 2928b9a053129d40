import { type CompiledFilter, compileFilter } from '../filter/compile-filter.js';
import { defaultFilter } from '../filter/default-filters.js';
import type { FieldCatalogue } from '../filter/field-catalogue.js';
import { or, type PlanNode } from '../filter/plan.js';
import { ofProfiles } from '../filter/scoped-filter.js';
import type { SystemIndex } from '../filter/system-index.js';
import type { RoleVisibility } from './access-contract.js';

/** The Profiles, groups and filters that a role includes or excludes. */
export type VisibilityLists = RoleVisibility['exclude'];
export type ListKind = keyof VisibilityLists;

const NOTHING: PlanNode = { op: 'const', value: false };

/** What the lists of roles mean in one System's index. */
export class ListedDevices {
  readonly #index: SystemIndex;
  readonly #catalogue: FieldCatalogue;

  constructor(index: SystemIndex, catalogue: FieldCatalogue) {
    this.#index = index;
    this.#catalogue = catalogue;
  }

  /** The devices in any of the lists. What does not exist, or no longer, holds nothing. */
  plan({ profiles, groups, filters }: VisibilityLists): PlanNode {
    return or([
      ofProfiles(profiles),
      ...groups.map((id) => this.planOf('groups', id)),
      ...filters.map((id) => this.planOf('filters', id)),
    ]);
  }

  planOf(kind: ListKind, id: string): PlanNode {
    if (kind === 'profiles') return ofProfiles([id]);
    if (kind === 'groups') return this.#index.groups.plan(id) ?? NOTHING;
    const filter = this.#filter(id);
    // What holds for everyone with the role cannot depend on who asks.
    return !filter || filter.readsFavourites ? NOTHING : filter.plan;
  }

  /**
   * As stored, without the rule that filters leave suspended devices out: whether a role shows a device must not change
   * because somebody suspends it, who could then not restore it, or would see what an excluded filter hid before.
   */
  #filter(id: string): CompiledFilter | undefined {
    const byDefault = defaultFilter(id);
    return byDefault ? compileFilter(this.#catalogue, byDefault.filter) : this.#index.filters.get(id)?.compiled;
  }

  /** The Profiles in the lists, by themselves or through a group of Profiles. */
  profiles({ profiles, groups }: VisibilityLists): ReadonlySet<string> {
    const ofGroups = groups.flatMap((id) => this.#index.groups.get(id)?.profileIds ?? []);
    return new Set([...profiles, ...ofGroups]);
  }

  /** Whether a group of devices or a filter in the lists may hold devices of the Profile, now or later. */
  mayReachInto(profileId: string, { groups, filters }: VisibilityLists): boolean {
    const ofGroups = groups.some((id) => {
      const row = this.#index.groups.get(id)?.row;
      return row?.kind === 'system-devices' || (row?.kind === 'profile-devices' && row.profileId === profileId);
    });
    return ofGroups || filters.some((id) => this.#filterMayReach(profileId, id));
  }

  #filterMayReach(profileId: string, id: string): boolean {
    if (defaultFilter(id)) return true;
    const row = this.#index.filters.get(id)?.row;
    if (!row) return false;
    return row.profileId === '' ? (row.scope?.includes(profileId) ?? true) : row.profileId === profileId;
  }
}
