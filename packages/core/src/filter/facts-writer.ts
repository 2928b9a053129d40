import type { Data } from '../data/data.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { profileModel } from '../hierarchy/hierarchy-models.js';
import { auditDigest } from './audit-digest.js';
import { auditFacts } from './audit-facts.js';
import { breathe } from './breathe.js';
import { type FactRow, rowFacts, SEEN_NOW, summaryFacts } from './device-facts.js';
import type { FactIndex, MembershipEvent } from './fact-index.js';
import { type FactSource, readSources } from './fact-source.js';
import type { Facts } from './facts.js';
import {
  type DeviceSurroundings,
  type FactAudit,
  readDevices,
  readFactAudits,
  readSurroundings,
} from './read-devices.js';

/** So many devices, or audits, are read at a time: a few milliseconds' work. */
const CHUNK = 50;
const NO_AUDIT: FactAudit = { hashes: [], sections: {} };

/** What plugins add to the facts. */
export interface PluginFacts {
  readonly sources: readonly FactSource[];
  /** Their fields, and the lists of their fields. */
  readonly keys: readonly string[];
}

/** Brings the facts of devices from storage into an index. Calls must not overlap. */
export class FactsWriter {
  readonly #data: Data;
  readonly #index: FactIndex;
  readonly #sources: readonly FactSource[];
  /** The fields and lists of the sources, all empty. */
  readonly #blank: Facts;

  constructor(data: Data, index: FactIndex, plugins: PluginFacts) {
    this.#data = data;
    this.#index = index;
    this.#sources = plugins.sources;
    this.#blank = Object.fromEntries(plugins.keys.map((key) => [key, null]));
  }

  /**
   * Makes the index show what is stored of these devices now, and adds to `events` who entered and left which filters.
   * Audits are only read where they differ from the known ones.
   */
  async write(deviceIds: readonly string[], events: MembershipEvent[]): Promise<void> {
    for (let from = 0; from < deviceIds.length; from += CHUNK) {
      if (from > 0) await breathe();
      const ids = deviceIds.slice(from, from + CHUNK);
      const rows = await readDevices(this.#data, ids);
      await this.writeRows(rows, await readSurroundings(this.#data, rows), events);
      const found = new Set(rows.map(({ id }) => id));
      for (const id of ids) if (!found.has(id)) add(events, this.#index.delete(id));
    }
  }

  /** Makes the index show these rows, and reads what else belongs to them. */
  async writeRows(
    rows: readonly FactRow[],
    surroundings: (row: FactRow) => DeviceSurroundings,
    events: MembershipEvent[],
  ): Promise<void> {
    const ofPlugins = await readSources(
      this.#sources,
      this.#data,
      rows.map(({ id }) => id),
    );
    const factsOf = (row: FactRow): Facts => {
      const lastSeen = row.online ? SEEN_NOW : row.lastSeenAt;
      return { ...this.#blank, ...rowFacts({ row, ...surroundings(row), lastSeen }), ...ofPlugins.get(row.id) };
    };
    const stale: string[] = [];
    for (const row of rows) {
      const known = row.auditDigest != null && row.auditDigest === this.#index.stampOf(row.id);
      if (known) add(events, this.#index.patch(row.id, factsOf(row)));
      else stale.push(row.id);
    }
    for (let from = 0; from < stale.length; from += CHUNK) {
      if (from > 0) await breathe();
      await this.#writeAudited(stale.slice(from, from + CHUNK), factsOf, events);
    }
  }

  /** Makes the index show the name and description of a Profile on all its devices; adds to `events` likewise. */
  async writeProfile(profileId: string, deviceIds: readonly string[], events: MembershipEvent[]): Promise<void> {
    const profile = await this.#data.one(profileModel, { id: profileId });
    const facts = { 'profile.name': profile?.name ?? null, 'profile.description': profile?.description ?? null };
    for (const id of deviceIds) if (this.#index.has(id)) add(events, this.#index.patch(id, facts));
  }

  /** Writes all facts of devices, their audits read. Rows that are gone by now are left to those who tell it. */
  async #writeAudited(
    ids: readonly string[],
    factsOf: (row: FactRow) => Facts,
    events: MembershipEvent[],
  ): Promise<void> {
    const rows = await this.#data.find(deviceModel, { match: { id: ids } });
    const audited = rows.filter(({ lastAuditAt }) => lastAuditAt !== null).map(({ id }) => id);
    const audits = await readFactAudits(this.#data, audited);
    for (const row of rows) {
      const { hashes, sections } = audits.get(row.id) ?? NO_AUDIT;
      const facts = { ...auditFacts(sections), ...summaryFacts(row.summary), ...factsOf(row) };
      add(events, this.#index.set(row.id, facts));
      // The digest of what was read, which may be newer than the row's.
      this.#index.stamp(row.id, auditDigest(hashes, row.summary) ?? 0);
    }
  }
}

function add(events: MembershipEvent[], more: readonly MembershipEvent[]): void {
  for (const event of more) events.push(event);
}
