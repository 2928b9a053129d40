import { RmmError } from '@rmm/protocol';
import type { Access } from '../access/access.js';
import { assertReach } from '../access/assert-reach.js';
import type { Data } from '../data/data.js';
import { compileFilter } from '../filter/compile-filter.js';
import { defaultFilter } from '../filter/default-filters.js';
import type { FieldCatalogue } from '../filter/field-catalogue.js';
import { type FilterRow, filterModel } from '../filter/filter-models.js';
import { showsFilter } from '../filter/filter-things.js';
import { type GroupRow, groupModel } from '../hierarchy/hierarchy-models.js';
import type { PolicyRow, PolicyTarget } from './policy-models.js';
import { POLICY_LEVELS, type PolicyLevel, type PolicyTypeDef } from './policy-type.js';

/** Where a policy is: its level, and the Profile or device that it belongs to. */
export type PolicyPlace = Pick<PolicyRow, 'level' | 'profileId' | 'deviceId'>;

/** @throws RmmError `INVALID_INPUT` when level and ids do not go together */
export function placeOf(input: { level: PolicyLevel; profileId?: string; deviceId?: string }): PolicyPlace {
  const { level, profileId = '', deviceId = '' } = input;
  if ((level === 'profile') !== (profileId !== '')) {
    throw invalid('profileId is needed for a policy of the level profile, and for no other');
  }
  if ((level === 'device') !== (deviceId !== '')) {
    throw invalid('deviceId is needed for a policy of the level device, and for no other');
  }
  return { level, profileId, deviceId };
}

/** @throws RmmError `FORBIDDEN` when the policy reaches beyond what the actor may change */
export function assertReaches(access: Access, { level, profileId, deviceId }: PolicyPlace, name: string): void {
  // Policies of devices that the actor does not see do not exist for it.
  if (level === 'device' && access.visibility.device(deviceId)) return;
  assertReach(access, level === 'profile' ? profileId : '', `the policy “${name}”`);
}

export const reaches = (access: Access, place: PolicyPlace): boolean => {
  try {
    assertReaches(access, place, '');
    return true;
  } catch {
    return false;
  }
};

/** @throws RmmError `INVALID_INPUT` */
export function assertLevel({ label, levels = POLICY_LEVELS }: PolicyTypeDef, level: PolicyLevel): void {
  if (levels.includes(level)) return;
  throw invalid(`level: policies of the type ${label} can be made at the levels ${levels.join(', ')}, not ${level}`);
}

/** Says why targets do not suit a policy's place. */
export class TargetRules {
  readonly #catalogue: FieldCatalogue;
  readonly #filters: ReadonlyMap<string, FilterRow>;
  readonly #groups: ReadonlyMap<string, GroupRow>;

  private constructor(catalogue: FieldCatalogue, filters: readonly FilterRow[], groups: readonly GroupRow[]) {
    this.#catalogue = catalogue;
    this.#filters = new Map(filters.map((row) => [row.id, row]));
    this.#groups = new Map(groups.map((row) => [row.id, row]));
  }

  /** Reads what the targets are. */
  static async read(data: Data, catalogue: FieldCatalogue, targets: readonly PolicyTarget[]): Promise<TargetRules> {
    const idsOf = (wanted: PolicyTarget['kind']) => targets.filter(({ kind }) => kind === wanted).map(({ id }) => id);
    const [filterIds, groupIds] = [idsOf('filter'), idsOf('group')];
    const filters = filterIds.length === 0 ? [] : await data.find(filterModel, { match: { id: filterIds } });
    const groups = groupIds.length === 0 ? [] : await data.find(groupModel, { match: { id: groupIds } });
    return new TargetRules(catalogue, filters, groups);
  }

  /** Those that suit the place and that the actor sees, for a policy that starts as a copy. */
  fitting(place: PolicyPlace, targets: readonly PolicyTarget[], access: Access): readonly PolicyTarget[] {
    return targets.filter((target) => this.#shows(access, target) && this.#unfit(place, target) === undefined);
  }

  #shows(access: Access, { kind, id }: PolicyTarget): boolean {
    const filter = kind === 'filter' ? this.#filters.get(id) : undefined;
    const group = kind === 'group' ? this.#groups.get(id) : undefined;
    return (!filter || showsFilter(access, filter)) && (!group || access.visibility.group(group));
  }

  /** @throws RmmError `INVALID_INPUT` naming the target */
  assertFit(place: PolicyPlace, targets: readonly PolicyTarget[]): void {
    for (const [at, target] of targets.entries()) {
      const reason = this.#unfit(place, target);
      if (reason !== undefined) throw invalid(`targets[${at}]: ${reason}`, `/targets/${at}`);
    }
  }

  #unfit({ level, profileId }: PolicyPlace, { kind, id }: PolicyTarget): string | undefined {
    if (level === 'device') return 'a policy of a device has no targets; it is for that device alone';
    if (kind === 'group') return this.#unfitGroup(level, profileId, id);
    const byDefault = defaultFilter(id);
    const stored = this.#filters.get(id);
    const filter = byDefault ?? stored;
    if (!filter) return `there is no filter "${id}"`;
    if (compileFilter(this.#catalogue, filter.filter).readsFavourites) {
      return `the filter “${filter.name}” holds favourites, which differ from user to user`;
    }
    return stored && stored.profileId !== profileId ? elsewhere('filter', stored.name, level) : undefined;
  }

  #unfitGroup(level: PolicyLevel, profileId: string, id: string): string | undefined {
    const group = this.#groups.get(id);
    if (!group) return `there is no group "${id}"`;
    return group.profileId === profileId ? undefined : elsewhere('group', group.name, level);
  }
}

const elsewhere = (what: string, name: string, level: PolicyLevel): string =>
  level === 'system'
    ? `the ${what} “${name}” belongs to a Profile; a policy of the System takes ${what}s of the System`
    : `the ${what} “${name}” does not belong to the Profile; take one of the Profile’s own`;

function invalid(message: string, path?: string): RmmError {
  return new RmmError('INVALID_INPUT', message, path === undefined ? {} : { details: { issues: [{ path, message }] } });
}
