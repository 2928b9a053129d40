import type { Data } from '../data/data.js';
import type { Facts } from './facts.js';

/**
 * Where a plugin keeps the values of the fields that it declares. After changing them it calls
 * `FactService.refresh(systemId, deviceIds)`.
 */
export interface FactSource {
  /** What is known of these devices, by device id. Devices without values may be absent. */
  facts(data: Data, deviceIds: readonly string[]): Promise<ReadonlyMap<string, Facts>>;
}

/** What all plugins know of these devices. */
export async function readSources(
  sources: readonly FactSource[],
  data: Data,
  deviceIds: readonly string[],
): Promise<ReadonlyMap<string, Facts>> {
  const merged = new Map<string, Facts>();
  for (const source of sources) {
    for (const [id, facts] of await source.facts(data, deviceIds)) merged.set(id, { ...merged.get(id), ...facts });
  }
  return merged;
}
