import { isRmmError } from '@rmm/protocol';
import type { Data } from '../data/data.js';
import type { Logger } from '../port/logger.js';
import { type CompiledFilter, compileFilter } from './compile-filter.js';
import type { DeviceSet } from './device-set.js';
import type { FactIndex } from './fact-index.js';
import type { FieldCatalogue } from './field-catalogue.js';
import { type FilterRow, filterModel } from './filter-models.js';
import { ACTIVE, asksForSuspended, confinementOf, narrowed } from './scoped-filter.js';

/** A stored filter, confined to its Profile or scope. */
export interface StoredFilter {
  readonly row: FilterRow;
  /** Undefined when it does not fit the catalogue any more, as after a plugin was taken out. */
  readonly compiled: CompiledFilter | undefined;
}

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

  ids(): Iterable<string> {
    return this.#filters.keys();
  }

  /** The devices in a stored filter now; undefined when nobody watches it, since its answer depends on who asks. */
  members(filterId: string): DeviceSet | undefined {
    return this.#index.members(filterId);
  }

  /** Watches what is stored under these ids now, all filters when none are given. */
  async write(filterIds?: readonly string[]): Promise<void> {
    const rows = await this.#data.find(filterModel, filterIds ? { match: { id: filterIds } } : {});
    const found = new Set(rows.map(({ id }) => id));
    for (const id of filterIds ?? []) if (!found.has(id)) this.#forget(id);
    for (const row of rows) this.#watch(row);
  }

  #watch(row: FilterRow): void {
    const compiled = this.#compile(row);
    this.#filters.set(row.id, { row, compiled });
    if (!compiled || compiled.readsFavourites) {
      this.#index.unwatch(row.id);
      return;
    }
    this.#index.watch(row.id, asksForSuspended(compiled) ? compiled : narrowed(compiled, ACTIVE));
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
