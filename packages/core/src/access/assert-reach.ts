import { RmmError } from '@rmm/protocol';
import type { Access } from './access.js';

/** The right to change policies, filters and groups that hold beyond one Profile. */
export const SYSTEM_TARGETING = 'system.targeting';

/**
 * What reaches beyond what an actor sees, the actor cannot change: what belongs to the System needs sight of every device
 * and the right to System-wide targeting, what belongs to a Profile sight of the whole Profile.
 * @param profileId - empty for what belongs to the System
 * @throws RmmError `FORBIDDEN`
 */
export function assertReach({ visibility, level }: Access, profileId: string, what: string): void {
  if (profileId !== '') {
    if (visibility.wholeProfile(profileId)) return;
    throw new RmmError('FORBIDDEN', `Your role does not show you the whole Profile, which ${what} reaches`);
  }
  if (visibility.devices !== undefined) {
    throw new RmmError('FORBIDDEN', `Your role does not show you every device, which ${what} of the System can reach`);
  }
  if (level(SYSTEM_TARGETING) !== 'manage') {
    throw new RmmError('FORBIDDEN', `Your role does not let you manage what holds in all Profiles, as ${what} does`);
  }
}
