import type { CompiledFilter } from '../filter/compile-filter.js';
import type { DeviceSet } from '../filter/device-set.js';
import { and, not, type PlanNode } from '../filter/plan.js';
import { ofProfiles, planned } from '../filter/scoped-filter.js';
import type { SystemIndex } from '../filter/system-index.js';
import type { GroupRow } from '../hierarchy/hierarchy-models.js';
import type { RoleVisibility } from './access-contract.js';
import type { ListedDevices } from './listed-devices.js';
import type { Visibility } from './visibility.js';

/** What a role includes less what it excludes. */
export function visiblePlan(listed: ListedDevices, { include, exclude }: RoleVisibility): PlanNode {
  const hidden = not(listed.plan(exclude));
  return include === null ? hidden : and([listed.plan(include), hidden]);
}

/** Beyond questions about so many single devices, the set of all visible ones answers them. */
const MOST_QUESTIONS = 16;

/** What a role that includes or excludes shows of a System, worked out from its index when first asked. */
export class IndexVisibility implements Visibility {
  readonly #filter: CompiledFilter;
  readonly #index: SystemIndex;
  readonly #listed: ListedDevices;
  readonly #lists: RoleVisibility;
  #devices: DeviceSet | undefined;
  /** What was answered about single devices. */
  readonly #answers = new Map<string, boolean>();
  /** Of the facts, when they were answered. */
  #revision = -1;
  #included: ReadonlySet<string> | undefined;
  #excluded: ReadonlySet<string> | undefined;

  /** @param filter - of the role's {@link visiblePlan} */
  constructor(index: SystemIndex, listed: ListedDevices, lists: RoleVisibility, filter: CompiledFilter) {
    this.#index = index;
    this.#listed = listed;
    this.#lists = lists;
    this.#filter = filter;
  }

  get devices(): DeviceSet {
    this.#devices ??= this.#found(this.#filter);
    return this.#devices;
  }

  device(deviceId: string): boolean {
    if (this.#devices) return this.#devices.has(deviceId);
    const { facts } = this.#index;
    if (facts.revision !== this.#revision) {
      this.#revision = facts.revision;
      this.#answers.clear();
    }
    const known = this.#answers.get(deviceId);
    if (known !== undefined) return known;
    if (this.#answers.size >= MOST_QUESTIONS) return this.devices.has(deviceId);
    const shows = facts.match(this.#filter, deviceId, { now: facts.now });
    this.#answers.set(deviceId, shows);
    return shows;
  }

  profile(profileId: string): boolean {
    if (this.#isExcluded(profileId)) return false;
    return this.#isIncluded(profileId) || this.#shows(ofProfiles([profileId]));
  }

  wholeProfile(profileId: string): boolean {
    const { exclude } = this.#lists;
    return (
      this.#isIncluded(profileId) && !this.#isExcluded(profileId) && !this.#listed.mayReachInto(profileId, exclude)
    );
  }

  group({ id, kind, profileId }: Pick<GroupRow, 'id' | 'kind' | 'profileId'>): boolean {
    const { include, exclude } = this.#lists;
    if (exclude.groups.includes(id)) return false;
    if (include?.groups.includes(id)) return true;
    if (kind === 'system-profiles') {
      const profileIds = this.#index.groups.get(id)?.profileIds ?? [];
      if (profileIds.some((member) => this.profile(member))) return true;
      return include === null && profileIds.length === 0;
    }
    if (kind === 'profile-devices' && this.wholeProfile(profileId)) return true;
    const plan = this.#index.groups.plan(id);
    if (plan && this.#shows(plan)) return true;
    return include === null && kind === 'system-devices' && (!plan || this.#found(planned(plan)).count === 0);
  }

  #isIncluded(profileId: string): boolean {
    const { include } = this.#lists;
    if (include === null) return true;
    this.#included ??= this.#listed.profiles(include);
    return this.#included.has(profileId);
  }

  #isExcluded(profileId: string): boolean {
    this.#excluded ??= this.#listed.profiles(this.#lists.exclude);
    return this.#excluded.has(profileId);
  }

  #shows(plan: PlanNode): boolean {
    return this.#found(planned(plan)).and(this.devices).count > 0;
  }

  #found(filter: CompiledFilter): DeviceSet {
    const { facts } = this.#index;
    return facts.evaluate(filter, { now: facts.now });
  }
}
