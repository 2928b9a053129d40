import type { Data } from '../data/data.js';
import type { Logger } from '../port/logger.js';
import { FactBlocks } from './fact-blocks.js';
import { FactIndex, type MembershipEvent } from './fact-index.js';
import { loadFacts } from './facts-loader.js';
import { FactsWriter, type PluginFacts } from './facts-writer.js';
import type { FieldCatalogue } from './field-catalogue.js';
import { KnownGroups } from './known-groups.js';
import { ONLINE, ofProfiles, planned } from './scoped-filter.js';
import { WatchedFilters } from './watched-filters.js';

/** What an index is made with. */
export interface IndexParts {
  readonly data: Data;
  readonly catalogue: FieldCatalogue;
  readonly plugins: PluginFacts;
  readonly logger: Logger;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** What changed in storage: ids of what must be read again. */
export interface Stale {
  readonly devices: ReadonlySet<string>;
  readonly profiles: ReadonlySet<string>;
  readonly filters: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** All that is derived from one System's rows: facts, counts, watched filters. */
export class SystemIndex {
  readonly facts: FactIndex;
  readonly filters: WatchedFilters;
  readonly groups: KnownGroups;
  readonly #data: Data;
  readonly #writer: FactsWriter;
  readonly #blocks: FactBlocks;
  readonly #signal: AbortSignal;

  constructor({ data, catalogue, plugins, logger, signal }: IndexParts, now: number) {
    this.#data = data;
    this.#signal = signal;
    this.facts = new FactIndex(catalogue, { now });
    this.filters = new WatchedFilters(data, this.facts, catalogue, logger);
    this.groups = new KnownGroups(data);
    this.#writer = new FactsWriter(data, this.facts, plugins);
    this.#blocks = new FactBlocks(data, this.facts, logger);
  }

  /** Reads everything. */
  async load(): Promise<void> {
    await loadFacts({
      data: this.#data,
      index: this.facts,
      writer: this.#writer,
      blocks: this.#blocks,
      signal: this.#signal,
    });
    await this.groups.write();
    await this.filters.write();
  }

  /**
   * Reads again what changed, and adds who entered and left which filters to `events`: also where it fails half-way,
   * everything that the index shows by then has been told.
   */
  async update({ devices, profiles, filters, groups }: Stale, events: MembershipEvent[]): Promise<void> {
    await this.#writer.write([...devices], events);
    for (const id of profiles) await this.#writer.writeProfile(id, this.#devicesOf(id), events);
    if (groups.size > 0) await this.groups.write([...groups]);
    if (filters.size > 0) await this.filters.write([...filters], events);
  }

  /** Stores what will spare reading audits when the index is next read, where the audits of so many devices changed. */
  store(least?: number): Promise<void> {
    return this.#blocks.store(least);
  }

  /** Until when nothing changes here unless it is told: no device is online, and no relative date comes true before. */
  quietUntil(): number {
    return this.facts.evaluate(ONLINE, { now: this.facts.now }).count > 0 ? this.facts.now : this.facts.nextDue;
  }

  #devicesOf(profileId: string): readonly string[] {
    return [...this.facts.evaluate(planned(ofProfiles([profileId])), { now: this.facts.now })];
  }
}
