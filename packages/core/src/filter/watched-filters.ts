import { isRmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { Logger } from '../port/logger.js';
import { breathe, inTurns } from './breathe.js';
import { type CompiledFilter, compileFilter } from './compile-filter.js';
import type { DeviceSet } from './device-set.js';
import type { FactIndex, MembershipEvent } from './fact-index.js';
import type { FieldCatalogue } from './field-catalogue.js';
import { type FilterRow, filterModel } from './filter-models.js';
import { ACTIVE, asksForSuspended, confinementOf, narrowed } from './scoped-filter.js';

/** A stored filter, confined to its Profile or scope. */
export interface StoredFilter {
  readonly row: FilterRow;
  /** Undefined when it does not fit the catalogue any more, as after a plugin was taken out. */
  readonly compiled: CompiledFilter | undefined;
}

/** By filter its devices at some instant; undefined where nobody watched it. */
export type Memberships = ReadonlyMap<string, DeviceSet | undefined>;

/** The stored filters of one System, watched in its index. Calls must not overlap. */
export class WatchedFilters {
  readonly #data: Data;
  readonly #index: FactIndex;
  readonly #catalogue: FieldCatalogue;
  readonly #logger: Logger;
  readonly #filters = new Map<string, StoredFilter>();

  constructor(data: Data, index: FactIndex, catalogue: FieldCatalogue, logger: Logger) {
    this.#data = data;
    this.#index = index;
    this.#catalogue = catalogue;
    this.#logger = logger;
  }

  get(filterId: string): StoredFilter | undefined {
    return this.#filters.get(filterId);
  }

  /** The devices in a stored filter now; undefined when nobody watches it, since its answer depends on who asks. */
  members(filterId: string): DeviceSet | undefined {
    return this.#index.members(filterId);
  }

  /**
   * Watches what is stored under these ids now, all filters when none are given. Adds to `events`, as it happens, who entered
   * and left filters that were known before; what a new filter holds from the start is told by nobody.
   */
  async write(filterIds?: readonly string[], events: MembershipEvent[] = []): Promise<void> {
    const rows = await this.#data.find(filterModel, filterIds ? { match: { id: filterIds } } : {});
    const found = new Set(rows.map(({ id }) => id));
    const change = (id: string, write: () => void) => {
      const known = this.#filters.has(id);
      const before = this.members(id);
      write();
      if (!known) return;
      for (const event of differenceOf(id, before, this.members(id))) events.push(event);
    };
    for (const id of filterIds ?? []) if (!found.has(id)) change(id, () => this.#forget(id));
    for (const row of rows) {
      const stored = { row, compiled: this.#compile(row) };
      const watched = watchable(stored.compiled);
      const write = () => change(row.id, () => this.#watch(stored, watched));
      if (watched) await inTurns(this.#index.holding(watched, write));
      else write();
      await breathe();
    }
  }

  /** Who is in which filter now; lasts when the index is given up, and keeps only ids and bitmaps of it. */
  memberships(): Memberships {
    return new Map([...this.#filters.keys()].map((id) => [id, this.members(id)]));
  }

  /** Who entered and left since; what is new here is told by nobody. */
  *differenceFrom(before: Memberships): Generator<MembershipEvent> {
    for (const [id, members] of before) yield* differenceOf(id, members, this.members(id));
  }

  #watch(stored: StoredFilter, watched: CompiledFilter | undefined): void {
    const { id } = stored.row;
    this.#filters.set(id, stored);
    if (watched) this.#index.watch(id, watched);
    else this.#index.unwatch(id);
  }

  #compile(row: FilterRow): CompiledFilter | undefined {
    try {
      const compiled = compileFilter(this.#catalogue, row.filter);
      const confinement = confinementOf(row);
      return confinement ? narrowed(compiled, confinement) : compiled;
    } catch (error) {
      if (!isRmmError(error, 'INVALID_FILTER')) throw error;
      this.#logger.warn('A stored filter does not fit the field catalogue and holds no device', {
        systemId: this.#data.systemId,
        filterId: row.id,
        error: error.message,
      });
      return undefined;
    }
  }

  #forget(id: string): void {
    this.#index.unwatch(id);
    this.#filters.delete(id);
  }
}

/** What of a filter is watched: its active devices; nothing where the answer depends on who asks. */
function watchable(compiled: CompiledFilter | undefined): CompiledFilter | undefined {
  if (!compiled || compiled.readsFavourites) return undefined;
  return asksForSuspended(compiled) ? compiled : narrowed(compiled, ACTIVE);
}

/** A filter that nobody watches holds no device. */
function* differenceOf(
  filterId: string,
  before: DeviceSet | undefined,
  now: DeviceSet | undefined,
): Generator<MembershipEvent> {
  for (const deviceId of before ?? []) if (!now?.has(deviceId)) yield { filterId, deviceId, kind: 'left' };
  for (const deviceId of now ?? []) if (!before?.has(deviceId)) yield { filterId, deviceId, kind: 'entered' };
}
