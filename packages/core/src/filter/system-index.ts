import { canonicalJson, RmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import { deviceModel } from '../hierarchy/device-model.js';
import type { Logger } from '../port/logger.js';
import { FactIndex, type MembershipEvent } from './fact-index.js';
import { FactsWriter, type PluginFacts } from './facts-writer.js';
import type { FieldCatalogue } from './field-catalogue.js';
import { ProfileTally } from './profile-tally.js';
import { ofProfiles, planned } from './scoped-filter.js';
import { WatchedFilters } from './watched-filters.js';

const PAGE = 1000;

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
}

/** All that is derived from one System's rows: facts, counts, watched filters. */
export class SystemIndex {
  readonly facts: FactIndex;
  readonly tally = new ProfileTally();
  readonly filters: WatchedFilters;
  readonly #data: Data;
  readonly #writer: FactsWriter;
  readonly #signal: AbortSignal;

  constructor({ data, catalogue, plugins, logger, signal }: IndexParts, now: number) {
    this.#data = data;
    this.#signal = signal;
    this.facts = new FactIndex(catalogue, { now });
    this.filters = new WatchedFilters(data, this.facts, catalogue, logger);
    this.#writer = new FactsWriter(data, this.facts, this.tally, plugins);
  }

  /** Reads everything. */
  async load(): Promise<void> {
    let after: { id: string } | undefined;
    do {
      if (this.#signal.aborted) throw new RmmError('SHUTTING_DOWN', 'The server is stopping');
      const rows = await this.#data.find(deviceModel, {
        fields: ['id'],
        order: [{ field: 'id' }],
        limit: PAGE,
        ...(after && { after }),
      });
      await this.#writer.write(rows.map(({ id }) => id));
      after = rows.at(-1);
    } while (after);
    await this.filters.write();
  }

  /** Reads again what changed. */
  async update({ devices, profiles, filters }: Stale): Promise<readonly MembershipEvent[]> {
    const events = [...(await this.#writer.write([...devices]))];
    for (const id of profiles) events.push(...(await this.#writer.writeProfile(id, this.#devicesOf(id))));
    if (filters.size > 0) await this.filters.write([...filters]);
    return events;
  }

  /** Who entered and left the filters that both indexes watch, from this one to a later one. */
  differenceTo(later: SystemIndex): readonly MembershipEvent[] {
    const events: MembershipEvent[] = [];
    for (const filterId of later.filters.ids()) {
      const same = canonicalJson(this.filters.get(filterId)?.row) === canonicalJson(later.filters.get(filterId)?.row);
      const before = this.filters.members(filterId);
      const now = later.filters.members(filterId);
      if (!same || !before || !now) continue;
      for (const deviceId of now) if (!before.has(deviceId)) events.push({ filterId, deviceId, kind: 'entered' });
      for (const deviceId of before) if (!now.has(deviceId)) events.push({ filterId, deviceId, kind: 'left' });
    }
    return events;
  }

  #devicesOf(profileId: string): readonly string[] {
    return [...this.facts.evaluate(planned(ofProfiles([profileId])), { now: this.facts.now })];
  }
}
