import type { DeviceSet } from './device-set.js';
import type { FactIndex } from './fact-index.js';
import { ACTIVE, ONLINE, planned } from './scoped-filter.js';

/** Devices of one Profile; suspended ones do not count. */
export interface ProfileCounts {
  readonly total: number;
  readonly online: number;
}

/** How many devices each Profile has. @param among - only these devices count; default all */
export function tallyProfiles(facts: FactIndex, among?: DeviceSet): (profileId: string) => ProfileCounts {
  const { now } = facts;
  const active = facts.evaluate(planned(ACTIVE), { now });
  const counted = among ? active.and(among) : active;
  const totals = facts.countBy('profile.id', counted);
  const online = facts.countBy('profile.id', counted.and(facts.evaluate(ONLINE, { now })));
  return (profileId) => ({ total: totals.get(profileId) ?? 0, online: online.get(profileId) ?? 0 });
}
