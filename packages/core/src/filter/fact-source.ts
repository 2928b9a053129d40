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
