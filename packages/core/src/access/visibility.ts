import type { DeviceSet } from '../filter/device-set.js';
import type { GroupRow } from '../hierarchy/hierarchy-models.js';
import type { RoleVisibility } from './access-contract.js';

/**
 * Which devices and Profiles a role lets its holders see (guide, chapter 14, *Device Visibility*): what it includes, less
 * what it excludes. Lists are narrowed by it, and every id of a request is held against it.
 */
export interface Visibility {
  /** Undefined: all of them. */
  readonly devices: DeviceSet | undefined;
  device(deviceId: string): boolean;
  /** The Profile is included, or one of its devices is visible; and it is not excluded. */
  profile(profileId: string): boolean;
  /** Every device of the Profile is visible, those to come too: what holds for all of it may be changed. */
  wholeProfile(profileId: string): boolean;
  /** The group is included, or holds something visible, or is an empty one that hides nothing; and it is not excluded. */
  group(group: Pick<GroupRow, 'id' | 'kind' | 'profileId'>): boolean;
}

/** Finds what a role shows. */
export interface VisibilitySource {
  /** What holds now. May wait for the index of devices, so never to be asked within a transaction. */
  of(systemId: string, lists: RoleVisibility): Promise<Visibility>;
  /** The same for many roles: what the function says holds now, and is to be used before anything is awaited. */
  over(systemId: string): Promise<(lists: RoleVisibility) => Visibility>;
}

/** Sees everything: the host, agents on their own device, accountadmin, and roles that neither include nor exclude. */
export const UNRESTRICTED: Visibility = {
  devices: undefined,
  device: () => true,
  profile: () => true,
  wholeProfile: () => true,
  group: () => true,
};

/** Whether a role shows everything, whatever there is. */
export function isUnrestricted({ include, exclude }: RoleVisibility): boolean {
  return include === null && Object.values(exclude).every((ids) => ids.length === 0);
}
