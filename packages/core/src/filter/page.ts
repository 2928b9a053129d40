import type { DeviceSet } from './device-set.js';

/** Which part of a sorted list of devices. */
export interface PageRequest {
  /** Only these devices; default all. */
  readonly within?: DeviceSet;
  /** Field to sort by; default the hostname. Fields with several values sort by their lowest, descending by their highest. */
  readonly sortBy?: string;
  /** Default `asc`. Devices without a value come last either way; equal ones are in the order of their ids. */
  readonly dir?: 'asc' | 'desc';
  /** Only devices of which one of `searchIn` contains this text, as the condition *contains*. */
  readonly search?: string;
  /** Text fields to search; default {@link DEFAULT_SEARCH_FIELDS}. */
  readonly searchIn?: readonly string[];
  readonly offset: number;
  readonly limit: number;
}

export interface Page {
  /** Ids of the page's devices in order. */
  readonly ids: readonly string[];
  /** How many devices all pages together hold. */
  readonly total: number;
}

export const DEFAULT_SORT_FIELD = 'device.hostname';

export const DEFAULT_SEARCH_FIELDS: readonly string[] = [
  'device.hostname',
  'device.description',
  'device.serial',
  'device.lastUser',
  'network.ip',
  'network.externalIp',
  'network.mac',
  'network.domain',
  'profile.name',
];
