import type { Data } from '../data/data.js';
import type { CompiledFilter } from '../filter/compile-filter.js';
import type { FactService } from '../filter/fact-service.js';
import { planned } from '../filter/scoped-filter.js';
import type { SystemIndex } from '../filter/system-index.js';
import { serviceRef } from '../plugin/service-ref.js';
import type { RoleVisibility } from './access-contract.js';
import { explainVisibility, type VisibilityReason } from './explain-visibility.js';
import { IndexVisibility, visiblePlan } from './index-visibility.js';
import { ListedDevices } from './listed-devices.js';
import { isUnrestricted, UNRESTRICTED, type Visibility, type VisibilitySource } from './visibility.js';

/** What was worked out for a role, and of what. */
interface Known {
  readonly index: SystemIndex;
  /** The groups and filters in the role's lists as they were: each change of one makes another object of it. */
  readonly parts: readonly unknown[];
  readonly filter: CompiledFilter;
  readonly revision: number;
  readonly visibility: Visibility;
}

/** Works out what roles show, by bitmap algebra over the index of devices. */
export class VisibilityService implements VisibilitySource {
  readonly #facts: Pick<FactService, 'open' | 'catalogue'>;
  readonly #data: (systemId: string) => Data;
  /** By the lists of a role as they are kept in memory. */
  readonly #known = new WeakMap<RoleVisibility, Known>();

  constructor(facts: Pick<FactService, 'open' | 'catalogue'>, data: (systemId: string) => Data) {
    this.#facts = facts;
    this.#data = data;
  }

  async of(systemId: string, lists: RoleVisibility): Promise<Visibility> {
    if (isUnrestricted(lists)) return UNRESTRICTED;
    return this.#of(await this.#facts.open(systemId), lists);
  }

  async over(systemId: string): Promise<(lists: RoleVisibility) => Visibility> {
    const index = await this.#facts.open(systemId);
    return (lists) => (isUnrestricted(lists) ? UNRESTRICTED : this.#of(index, lists));
  }

  /** Why a role shows a device, or does not. */
  async explain(systemId: string, lists: RoleVisibility, deviceId: string): Promise<VisibilityReason> {
    const index = await this.#facts.open(systemId);
    return explainVisibility(this.#data(systemId), index, this.#listed(index), lists, deviceId);
  }

  #of(index: SystemIndex, lists: RoleVisibility): Visibility {
    const { facts } = index;
    const parts = partsOf(index, lists);
    const known = this.#known.get(lists);
    const same = known?.index === index && parts.every((part, i) => part === known.parts[i]) ? known : undefined;
    if (same?.revision === facts.revision) return same.visibility;
    const listed = this.#listed(index);
    const filter = same?.filter ?? planned(visiblePlan(listed, lists));
    const visibility = new IndexVisibility(index, listed, lists, filter);
    this.#known.set(lists, { index, parts, filter, revision: facts.revision, visibility });
    return visibility;
  }

  #listed(index: SystemIndex): ListedDevices {
    return new ListedDevices(index, this.#facts.catalogue);
  }
}

function partsOf({ groups, filters }: SystemIndex, { include, exclude }: RoleVisibility): readonly unknown[] {
  const all = include === null ? [exclude] : [include, exclude];
  return all.flatMap((lists) => [
    ...lists.groups.map((id) => groups.get(id)),
    ...lists.filters.map((id) => filters.get(id)),
  ]);
}

/** What roles show of devices. */
export const visibilityRef = serviceRef<VisibilityService>('access.visibility');
