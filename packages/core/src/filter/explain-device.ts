import type { Access } from '../access/access.js';
import type { Data } from '../data/data.js';
import { favouriteDevices } from '../hierarchy/favourites.js';
import { profileModel } from '../hierarchy/hierarchy-models.js';
import type { OperationContext } from '../operation/operation.js';
import { compileFilter } from './compile-filter.js';
import type { FactService } from './fact-service.js';
import type { Facts } from './facts.js';
import type { FilterReason } from './filter-contract.js';
import type { FilterRow } from './filter-models.js';
import { filterReason, part } from './filter-reason.js';
import { asksForSuspended } from './scoped-filter.js';

/** A filter with the Profiles to which it is confined: stored, a default one, or one that nobody stored. */
export type Explained = Pick<FilterRow, 'filter' | 'profileId' | 'scope'>;

/**
 * Why a device is in a filter, or is not, as its list shows it: also for what nobody wrote down, the filter's Profiles and
 * that suspended devices are left out.
 * @throws RmmError `INVALID_FILTER` when the filter does not fit the catalogue, `NOT_FOUND` for a device that just went
 */
export async function explainDevice(
  facts: FactService,
  context: OperationContext,
  deviceId: string,
  explained: Explained,
): Promise<{ holds: boolean; reason: FilterReason }> {
  const compiled = compileFilter(facts.catalogue, explained.filter);
  const favourites = compiled.readsFavourites
    ? await favouriteDevices(context.data, context.actor, [deviceId])
    : new Set<string>();
  const profileIds = explained.profileId === '' ? explained.scope : [explained.profileId];
  const names = await profileNames(context.data, context.access, profileIds ?? []);
  const index = (await facts.open(context.systemId)).facts;
  const explanation = index.explain(compiled, deviceId, { now: index.now, favourites });
  const known = index.facts(deviceId) ?? {};
  const parts: FilterReason[] = [];
  if (profileIds) parts.push(inProfiles(profileIds, names, known));
  if (!asksForSuspended(compiled)) parts.push(notSuspended(known));
  parts.push(filterReason(facts.catalogue, explanation));
  const holds = parts.every((one) => one.holds);
  return { holds, reason: { kind: 'all', holds, text: 'All of', seen: [], parts } };
}

async function profileNames(
  data: Data,
  { visibility }: Access,
  profileIds: readonly string[],
): Promise<readonly string[]> {
  const ids = profileIds.filter((id) => visibility.profile(id));
  if (ids.length === 0) return [];
  const rows = await data.find(profileModel, { match: { id: ids }, fields: ['name'], order: [{ field: 'name' }] });
  return rows.map(({ name }) => `“${name}”`);
}

/** Profiles that the asking user does not see are counted, not named. */
function inProfiles(profileIds: readonly string[], names: readonly string[], known: Facts): FilterReason {
  const holds = profileIds.some((id) => id === known['profile.id']);
  const seen = [known['profile.name']].filter((name) => typeof name === 'string');
  if (profileIds.length === 0)
    return part(holds, 'Profile is one of those of the filter, of which there is none', seen);
  const hidden = profileIds.length - names.length;
  const others = hidden === 0 ? [] : [`${hidden} ${names.length > 0 ? 'more' : 'that your role does not show you'}`];
  const list = [...names, ...others].join(', ');
  return part(holds, profileIds.length === 1 ? `Profile is ${list}` : `Profile is one of ${list}`, seen);
}

function notSuspended(known: Facts): FilterReason {
  const suspended = known['status.suspended'] === true;
  return part(!suspended, 'Device is not suspended', [suspended ? 'Suspended' : 'Not suspended']);
}
