import type { Data } from '../data/data.js';
import type { EventHub } from '../event/event-hub.js';
import type { Clock } from '../port/clock.js';
import type { Logger } from '../port/logger.js';
import { CORE_FIELDS } from './core-fields.js';
import type { DeviceSet } from './device-set.js';
import { type FactSource, readSources } from './fact-source.js';
import type { Facts } from './facts.js';
import { FieldCatalogue } from './field-catalogue.js';
import type { FieldDef } from './field-def.js';
import { type ProfileCounts, tallyProfiles } from './profile-tally.js';
import { type DeviceSelection, type SelectedDevices, type SelectionContext, selectDevices } from './select-devices.js';
import { SystemFacts } from './system-facts.js';
import type { SystemIndex } from './system-index.js';

const TICK_MS = 60_000;

interface Parts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: Pick<EventHub, 'emit'>;
  /** The fields that plugins declare. */
  readonly fields: readonly FieldDef[];
  readonly data: (systemId: string) => Data;
}

/**
 * The facts about all devices, System by System. Derived from storage: whoever changes something that a field shows
 * tells the ids after the commit, `context.afterCommit(() => facts.refresh(systemId, deviceIds))`, and from then on
 * every list, count and filter shows the change.
 */
export class FactService {
  readonly catalogue: FieldCatalogue;
  readonly #parts: Parts;
  readonly #keys: readonly string[];
  readonly #sources: FactSource[] = [];
  readonly #systems = new Map<string, SystemFacts>();
  #cancelTick: (() => void) | undefined;
  readonly #stopping = new AbortController();

  /** @throws RmmError `PLUGIN_INVALID` for a malformed or repeated field */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.catalogue = new FieldCatalogue([...CORE_FIELDS, ...parts.fields]);
    this.#keys = [...new Set(parts.fields.map(({ id, list }) => list ?? id))];
  }

  /** Adds the values of a plugin's fields. Only while plugins are set up. */
  addSource(source: FactSource): void {
    this.#sources.push(source);
  }

  /** A System's index, up to date. */
  open(systemId: string): Promise<SystemIndex> {
    return this.#of(systemId).open();
  }

  /** Tells that devices changed. Resolves when the index shows it. */
  refresh(systemId: string, deviceIds: readonly string[]): Promise<void> {
    return this.#of(systemId).refresh({ devices: deviceIds });
  }

  /** Tells that a Profile's name or description changed. */
  refreshProfile(systemId: string, profileId: string): Promise<void> {
    return this.#of(systemId).refresh({ profiles: [profileId] });
  }

  /** Tells that groups were made, renamed or removed, or hold other devices or Profiles. */
  refreshGroups(systemId: string, groupIds: readonly string[], deviceIds: readonly string[] = []): Promise<void> {
    return this.#of(systemId).refresh({ groups: groupIds, devices: deviceIds });
  }

  /** Tells that stored filters were made, changed or removed. */
  refreshFilters(systemId: string, filterIds: readonly string[]): Promise<void> {
    return this.#of(systemId).refresh({ filters: filterIds });
  }

  /** Gives a System's index up; it is read anew when next asked for. */
  drop(systemId: string): void {
    this.#of(systemId).drop();
  }

  /** The devices of a selection, and the index to page them in. @throws RmmError `NOT_FOUND`, `INVALID_FILTER` */
  async find(context: SelectionContext, selection: DeviceSelection): Promise<SelectedDevices> {
    return selectDevices(this.catalogue, await this.open(context.systemId), context, selection);
  }

  /** The ids of the devices of a selection. @throws RmmError `NOT_FOUND`, `INVALID_FILTER` */
  async select(context: SelectionContext, selection: DeviceSelection): Promise<readonly string[]> {
    return [...(await this.find(context, selection)).devices];
  }

  /** How many devices a Profile has, and how many of them are online. @param among - only these devices count; default all */
  async profileCounts(systemId: string, among?: DeviceSet): Promise<(profileId: string) => ProfileCounts> {
    return tallyProfiles((await this.open(systemId)).facts, among);
  }

  /** What plugins know of devices, straight from storage. */
  pluginFacts(data: Data, deviceIds: readonly string[]): Promise<ReadonlyMap<string, Facts>> {
    return readSources(this.#sources, data, deviceIds);
  }

  /** Begins to read the given Systems, one after the other, and to move the clock of relative dates. */
  start(systemIds: readonly string[]): void {
    void this.#warm(systemIds);
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelTick?.();
    await Promise.all([...this.#systems.values()].map((system) => system.close()));
  }

  #of(systemId: string): SystemFacts {
    const known = this.#systems.get(systemId);
    if (known) return known;
    const { clock, logger, events, data } = this.#parts;
    const system = new SystemFacts({
      clock,
      logger,
      data: data(systemId),
      catalogue: this.catalogue,
      signal: this.#stopping.signal,
      plugins: { sources: this.#sources, keys: this.#keys },
      tell: (changes) => {
        for (const change of changes) events.emit('filter.membership', { systemId, ...change });
      },
    });
    this.#systems.set(systemId, system);
    return system;
  }

  async #warm(systemIds: readonly string[]): Promise<void> {
    for (const systemId of systemIds) {
      if (this.#stopping.signal.aborted) return;
      try {
        await this.open(systemId);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#parts.logger.warn('The index of devices could not be read yet', { systemId, error: String(error) });
      }
    }
  }

  #tick(): void {
    this.#cancelTick = this.#parts.clock.after(TICK_MS, () => {
      const now = this.#parts.clock.now();
      for (const system of this.#systems.values()) system.advance(now);
      this.#tick();
    });
  }
}
