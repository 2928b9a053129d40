import { RmmError } from '@rmm/protocol';
import { FactIndex } from '../../filter/fact-index.js';
import type { Facts } from '../../filter/facts.js';
import type { GroupRow } from '../../hierarchy/hierarchy-models.js';
import type { PolicyWorld } from './policy-world.js';

/** Some devices as they would be, in an index of their own. */
export interface ImaginedFacts {
  readonly facts: FactIndex;
  readonly deviceIds: readonly string[];
}

/**
 * Devices in another Profile. They leave the groups of the Profiles that they come from. What plugins know of a device is
 * taken to stay as it is.
 */
export function elsewhere(
  world: PolicyWorld,
  { deviceIds, profileId }: { readonly deviceIds: readonly string[]; readonly profileId: string },
  { profile }: { readonly profile?: { readonly name: string; readonly description: string } },
): ImaginedFacts {
  const { groups } = world.targets.origin.index;
  const named = { 'profile.name': profile?.name, 'profile.description': profile?.description };
  return imagine(world, deviceIds, (facts) => {
    if (facts['profile.id'] === profileId) return undefined;
    const kept = groupIds(facts).filter((id) => groups.get(id)?.row.kind !== 'profile-devices');
    return { 'profile.id': profileId, ...named, ...groupFacts(world, kept) };
  });
}

/** Devices that enter or leave a group of devices. @throws RmmError `INVALID_INPUT` for devices of another Profile */
export function inOtherGroups(
  world: PolicyWorld,
  group: GroupRow,
  { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): ImaginedFacts {
  const leaving = new Set(remove);
  const entering = new Set(add.filter((id) => !leaving.has(id)));
  return imagine(world, [...entering, ...leaving], (facts, deviceId) => {
    const present = groupIds(facts);
    if (entering.has(deviceId) === present.includes(group.id)) return undefined;
    if (!entering.has(deviceId))
      return groupFacts(
        world,
        present.filter((id) => id !== group.id),
      );
    if (group.kind === 'profile-devices' && facts['profile.id'] !== group.profileId)
      throw stranger(group, facts, deviceId);
    return groupFacts(world, [...present, group.id]);
  });
}

/** @param change the facts that would be others; undefined for devices that would stay as they are */
function imagine(
  { targets }: PolicyWorld,
  deviceIds: readonly string[],
  change: (facts: Facts, deviceId: string) => Facts | undefined,
): ImaginedFacts {
  const index = new FactIndex(targets.origin.catalogue, { now: targets.facts.now });
  const changed = [...new Set(deviceIds)].filter((id) => {
    const facts = targets.facts.facts(id);
    const others = facts && change(facts, id);
    if (others) index.set(id, { ...facts, ...others });
    return others !== undefined;
  });
  return { facts: index, deviceIds: changed };
}

function groupFacts({ targets }: PolicyWorld, ids: readonly string[]): Facts {
  const { groups } = targets.origin.index;
  return { 'group.id': ids, 'device.groups': ids.flatMap((id) => groups.get(id)?.row.name ?? []) };
}

function groupIds(facts: Facts): readonly string[] {
  const ids: readonly unknown[] = Array.isArray(facts['group.id']) ? facts['group.id'] : [];
  return ids.filter((id) => typeof id === 'string');
}

function stranger(group: GroupRow, facts: Facts, deviceId: string): RmmError {
  return new RmmError(
    'INVALID_INPUT',
    `${String(facts['device.hostname'])} is not in the Profile of the group “${group.name}”; use a System group, or move the device`,
    { details: { deviceId } },
  );
}
