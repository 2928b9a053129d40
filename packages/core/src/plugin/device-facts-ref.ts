import type { FactSource } from '../filter/fact-source.js';
import { serviceRef } from './service-ref.js';

/** How a plugin gives its fields their values, so that filters, lists and exports know them. */
export interface DeviceFacts {
  /** Says where the values come from. Only while plugins are set up. */
  addSource(source: FactSource): void;
  /** Tells that values of these devices changed; after the commit: `context.afterCommit(() => facts.refresh(…))`. */
  refresh(systemId: string, deviceIds: readonly string[]): Promise<void>;
}

/** The facts about devices, for plugins that require `filters`. */
export const deviceFactsRef = serviceRef<DeviceFacts>('filter.facts');
