import type { Audit } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { DeviceRow } from '../hierarchy/device-model.js';
import { profileModel } from '../hierarchy/hierarchy-models.js';
import { auditFacts } from './audit-facts.js';
import { deviceFacts, SEEN_NOW } from './device-facts.js';
import type { FactIndex, MembershipEvent } from './fact-index.js';
import { type FactSource, readSources } from './fact-source.js';
import type { Facts } from './facts.js';
import type { ProfileTally } from './profile-tally.js';
import { readAuditDigests, readAudits, readDevices, readSurroundings } from './read-devices.js';

/** So many devices are read at a time, audits included. */
const CHUNK = 50;

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
  readonly #tally: ProfileTally;
  readonly #sources: readonly FactSource[];
  /** The fields and lists of the sources, all empty. */
  readonly #blank: Facts;
  /** By device: which audit the index holds. */
  readonly #audits = new Map<string, string>();

  constructor(data: Data, index: FactIndex, tally: ProfileTally, plugins: PluginFacts) {
    this.#data = data;
    this.#index = index;
    this.#tally = tally;
    this.#sources = plugins.sources;
    this.#blank = Object.fromEntries(plugins.keys.map((key) => [key, null]));
  }

  /** Makes the index show what is stored of these devices now. Audits are only read where they differ from the known ones. */
  async write(deviceIds: readonly string[]): Promise<readonly MembershipEvent[]> {
    const events: MembershipEvent[] = [];
    for (let from = 0; from < deviceIds.length; from += CHUNK) {
      events.push(...(await this.#writeChunk(deviceIds.slice(from, from + CHUNK))));
    }
    return events;
  }

  /** Makes the index show the name and description of a Profile on all its devices. */
  async writeProfile(profileId: string, deviceIds: Iterable<string>): Promise<readonly MembershipEvent[]> {
    const profile = await this.#data.one(profileModel, { id: profileId });
    const facts = { 'profile.name': profile?.name ?? null, 'profile.description': profile?.description ?? null };
    return [...deviceIds].flatMap((id) => (this.#index.has(id) ? this.#index.patch(id, facts) : []));
  }

  async #writeChunk(ids: readonly string[]): Promise<readonly MembershipEvent[]> {
    const data = this.#data;
    const rows = await readDevices(data, ids);
    const surroundings = await readSurroundings(data, rows);
    const digests = await readAuditDigests(data, ids);
    const stale = ids.filter((id) => digests.get(id) !== this.#audits.get(id));
    const audits = await readAudits(data, stale);
    const ofPlugins = await readSources(this.#sources, data, ids);
    const events: MembershipEvent[] = [];
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    for (const id of ids) {
      const row = rowOf.get(id);
      if (!row) {
        events.push(...this.#forget(id));
        continue;
      }
      const { profile, groups = [] } = surroundings.get(id) ?? {};
      const names = groups.map(({ name }) => name);
      const lastSeen = row.online ? SEEN_NOW : row.lastSeenAt;
      const own = deviceFacts({ row, profile, groups: names, lastSeen });
      const facts = { ...this.#blank, ...own, ...ofPlugins.get(id) };
      events.push(...this.#put(row, facts, digests.get(id), audits.get(id)));
    }
    return events;
  }

  #put(row: DeviceRow, facts: Facts, digest: string | undefined, audit: Partial<Audit> | undefined) {
    this.#tally.set(row.id, row.profileId, statusOf(row));
    const known = this.#index.has(row.id) && digest === this.#audits.get(row.id);
    if (known) return this.#index.patch(row.id, emptied(facts));
    if (digest === undefined) this.#audits.delete(row.id);
    else this.#audits.set(row.id, digest);
    return this.#index.set(row.id, { ...auditFacts(audit ?? {}), ...facts });
  }

  #forget(id: string): readonly MembershipEvent[] {
    this.#tally.delete(id);
    this.#audits.delete(id);
    return this.#index.delete(id);
  }
}

const statusOf = ({ state, online }: DeviceRow) => (state === 'suspended' ? state : online ? 'online' : 'offline');

/** In a patch, a fact that is not known must be named to become empty. */
const emptied = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([field, value]) => [field, value ?? null]));
