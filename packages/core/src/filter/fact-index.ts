import { RmmError } from '@rmm/protocol';
import { Bitmap } from './columnar/bitmap.js';
import { DeviceSlots } from './columnar/device-slots.js';
import { DeviceTable, type PackedFacts } from './columnar/device-table.js';
import { evaluatePlan, type PlanContext, testPlan } from './columnar/evaluate-plan.js';
import { LiveFilters, type RowEvent } from './columnar/live-filters.js';
import { PageQuery } from './columnar/page-query.js';
import { BLOCK_ROWS, Stamps } from './columnar/stamps.js';
import type { CompiledFilter } from './compile-filter.js';
import { DeviceSet } from './device-set.js';
import { explainFilter, type FilterExplanation } from './explain-filter.js';
import type { Facts } from './facts.js';
import type { FieldCatalogue } from './field-catalogue.js';
import type { Page, PageRequest } from './page.js';

/** So many changes lie between two looks for columns that are worth rebuilding. */
const TIDY_EVERY = 4096;

export interface FactIndexOptions {
  /** Epoch milliseconds at which the relative dates of watched filters start; see {@link FactIndex.advance}. */
  readonly now: number;
  /**
   * How many conditions are kept answered because they were evaluated twice, besides those of watched filters. Each costs
   * about a bit a device. Default 256.
   */
  readonly keptConditions?: number;
  /** A filter that takes about so many nanoseconds is not worth being prepared in steps. Default 4,000,000. */
  readonly atOneGoNs?: number;
}

export interface EvaluateOptions {
  /** Epoch milliseconds, for the conditions on relative dates. */
  readonly now: number;
  /** Ids of the devices that the asking user marked; default none. */
  readonly favourites?: ReadonlySet<string>;
}

/** Some facts of a block of devices, with the stamps that they had, to be stored. */
export interface FactBlock {
  readonly block: number;
  readonly devices: readonly string[];
  readonly stamps: readonly number[];
  readonly facts: PackedFacts;
}

/** A device entered or left a watched filter. */
export interface MembershipEvent {
  readonly filterId: string;
  readonly deviceId: string;
  readonly kind: 'entered' | 'left';
}

/**
 * The facts of one System's devices in columns: answers filters by bitmap algebra, pages device lists in any order, and
 * keeps the membership of watched filters exact. Derived from storage: it can be dropped and filled again at any time.
 * Synchronous and deterministic. All fields must be registered before the first device is set.
 */
export class FactIndex {
  readonly #catalogue: FieldCatalogue;
  readonly #slots = new DeviceSlots();
  readonly #table: DeviceTable;
  readonly #live: LiveFilters;
  readonly #pages: PageQuery;
  readonly #stamps = new Stamps();
  #changes = 0;
  #revision = 0;

  constructor(catalogue: FieldCatalogue, options: FactIndexOptions) {
    this.#catalogue = catalogue;
    this.#table = new DeviceTable(catalogue, this.#slots.alive);
    const { now, keptConditions = 256, atOneGoNs = 4_000_000 } = options;
    this.#live = new LiveFilters(this.#table, now, keptConditions, atOneGoNs);
    this.#pages = new PageQuery(catalogue, this.#slots, this.#table);
  }

  /** How many devices. */
  get size(): number {
    return this.#slots.size;
  }

  /** The instant of the watched filters' relative dates, epoch milliseconds. */
  get now(): number {
    return this.#live.now;
  }

  /** Grows with every change of devices, facts or the instant: what was found at the same revision still holds. */
  get revision(): number {
    return this.#revision;
  }

  /** Before this instant no device enters or leaves a watched filter by the mere passing of time; infinity for never. */
  get nextDue(): number {
    return this.#live.nextDue;
  }

  has(deviceId: string): boolean {
    return this.#slots.slotOf(deviceId) !== undefined;
  }

  /** All devices. */
  all(): DeviceSet {
    return new DeviceSet(this.#slots, this.#slots.alive.clone());
  }

  /** The devices with these ids; unknown ones are left out. */
  of(deviceIds: Iterable<string>): DeviceSet {
    return new DeviceSet(this.#slots, this.#rowsOf(deviceIds));
  }

  /** A device's facts as last given, without empty values and without what the catalogue does not know. */
  facts(deviceId: string): Facts | undefined {
    const slot = this.#slots.slotOf(deviceId);
    return slot === undefined ? undefined : this.#table.facts(slot);
  }

  /** Adds a device, or replaces all facts of one. Returns which watched filters it thereby entered or left. */
  set(deviceId: string, facts: Facts): readonly MembershipEvent[] {
    const known = this.#slots.slotOf(deviceId);
    const slot = known ?? this.#slots.add(deviceId);
    const changes = this.#table.set(slot, facts);
    const events = known === undefined ? this.#live.added(slot) : this.#live.changed(slot, changes);
    return this.#settled(events);
  }

  /**
   * Replaces the facts that `partial` names (`null` empties a field). Returns the filters entered or left.
   * @throws {RmmError} `NOT_FOUND` if the device is not in the index
   */
  patch(deviceId: string, partial: Facts): readonly MembershipEvent[] {
    const slot = this.#slots.slotOf(deviceId);
    if (slot === undefined) throw unknownDevice(deviceId);
    return this.#settled(this.#live.changed(slot, this.#table.patch(slot, partial)));
  }

  /** Removes a device, which leaves all watched filters. Unknown ids are ignored. */
  delete(deviceId: string): readonly MembershipEvent[] {
    const slot = this.#slots.slotOf(deviceId);
    if (slot === undefined) return [];
    this.#table.set(slot, {});
    this.#stamps.set(slot, 0);
    const events = this.#settled(this.#live.removed(slot));
    this.#slots.delete(deviceId);
    return events;
  }

  /** Moves the clock of the watched filters: relative dates become true, or false, without an update of the device. */
  advance(now: number): readonly MembershipEvent[] {
    this.#revision++;
    return this.#named(this.#live.advance(now));
  }

  /**
   * A number that its writer gave a device to tell whether a part of its facts is up to date; 0 for none. Facts can be
   * stored with it, and restored.
   */
  stampOf(deviceId: string): number {
    const slot = this.#slots.slotOf(deviceId);
    return slot === undefined ? 0 : this.#stamps.get(slot);
  }

  stamp(deviceId: string, stamp: number): void {
    const slot = this.#slots.slotOf(deviceId);
    if (slot !== undefined) this.#stamps.set(slot, stamp);
  }

  /**
   * Begins to read many devices into an empty index. Until {@link settle} has run to its end, facts can be set, but
   * nothing can be asked or watched.
   */
  beginLoading(): void {
    this.#table.beginLoading();
  }

  /** Ends what {@link beginLoading} began, in steps of some milliseconds. */
  settle(): Generator<void, void, undefined> {
    return this.#table.settle();
  }

  /** The blocks of devices of which at least so many got another stamp since the block was packed. */
  changedBlocks(least: number): readonly number[] {
    return this.#stamps.changed(least);
  }

  /** These fields and lists of a block's stamped devices, to be stored and {@link restore restored}. */
  pack(block: number, keys: readonly string[]): FactBlock {
    const rows: number[] = [];
    for (let row = block * BLOCK_ROWS; row < (block + 1) * BLOCK_ROWS; row++) {
      if (this.#slots.alive.has(row) && this.#stamps.get(row) !== 0) rows.push(row);
    }
    this.#stamps.written(block);
    return {
      block,
      devices: rows.map((row) => this.#slots.idAt(row)),
      stamps: rows.map((row) => this.#stamps.get(row)),
      facts: this.#table.pack(rows, keys),
    };
  }

  /** Adds the devices of a block with the facts that were packed, in steps. Only while loading, blocks ascending. */
  *restore({ block, devices, stamps, facts }: FactBlock): Generator<void, void, undefined> {
    const rows = devices.map((id, i) => {
      const row = block * BLOCK_ROWS + i;
      if (this.#slots.slotOf(id) !== undefined) return -1;
      this.#slots.addAt(row, id);
      this.#stamps.restore(row, stamps[i] ?? 0);
      return row;
    });
    yield* this.#table.unpack(rows, facts);
  }

  evaluate(filter: CompiledFilter, options: EvaluateOptions): DeviceSet {
    const context = this.#context(options);
    const rows = this.#table.scratch.keep(evaluatePlan(this.#table, filter.plan, context));
    if (!filter.timeDependent || options.now === this.#live.now) this.#live.noteAsked(filter.conditions);
    return new DeviceSet(this.#slots, rows);
  }

  /**
   * Prepares a filter in steps of some milliseconds, between which the index may change, then calls back: until that
   * returns, evaluating or watching the filter is quick.
   */
  holding<T>(filter: CompiledFilter, then: () => T): Generator<void, T, undefined> {
    return this.#live.holding(filter, then);
  }

  /** How many of these devices hold each value of a field; those that hold none are left out. Not for fields of lists. */
  countBy(fieldId: string, among: DeviceSet): ReadonlyMap<string | number | boolean, number> {
    const column = this.#table.column(fieldId);
    const counts = new Map<number, { readonly row: number; count: number }>();
    among.rows().forEach((row) => {
      const token = column?.tokenAt(row) ?? 0;
      const known = counts.get(token);
      if (known) known.count++;
      else counts.set(token, { row, count: 1 });
    });
    const named = [...counts.values()].map(({ row, count }) => ({ value: column?.value(row), count }));
    return new Map(named.flatMap(({ value, count }) => (value === undefined ? [] : [[value, count] as const])));
  }

  /** Whether one device is in a filter; false for unknown devices. */
  match(filter: CompiledFilter, deviceId: string, options: EvaluateOptions): boolean {
    const slot = this.#slots.slotOf(deviceId);
    return slot !== undefined && testPlan(this.#table, slot, filter.plan, this.#context(options));
  }

  /**
   * Why a device is in a filter, or is not.
   * @throws {RmmError} `NOT_FOUND` if the device is not in the index
   */
  explain(filter: CompiledFilter, deviceId: string, options: EvaluateOptions): FilterExplanation {
    const facts = this.facts(deviceId);
    if (facts === undefined) throw unknownDevice(deviceId);
    const favourite = options.favourites?.has(deviceId) ?? false;
    return explainFilter(this.#catalogue, filter.source, facts, { now: options.now, favourite });
  }

  /** A sorted, searched part of a device list. @throws {RmmError} `INVALID_INPUT` for unknown fields or bounds */
  page(request: PageRequest): Page {
    return this.#pages.page(request, this.#context({ now: this.#live.now }));
  }

  /**
   * Watches a filter from now on, in place of one with the same id: {@link set}, {@link patch}, {@link delete} and
   * {@link advance} report who enters and leaves. Returns the present members, for which no events come.
   * @throws {RmmError} `INVALID_FILTER` if the filter reads favourites, which differ from user to user
   */
  watch(filterId: string, filter: CompiledFilter): DeviceSet {
    if (filter.readsFavourites) {
      throw new RmmError(
        'INVALID_FILTER',
        `The filter ${filterId} asks for favourites, which differ between users; remove that criterion to watch it.`,
      );
    }
    return new DeviceSet(this.#slots, this.#live.watch(filterId, filter).clone());
  }

  unwatch(filterId: string): void {
    this.#live.unwatch(filterId);
  }

  /** The present members of a watched filter; `undefined` if it is not watched. */
  members(filterId: string): DeviceSet | undefined {
    const rows = this.#live.members(filterId);
    return rows === undefined ? undefined : new DeviceSet(this.#slots, rows.clone());
  }

  #context(options: EvaluateOptions): PlanContext {
    let favourites: Bitmap | undefined;
    return {
      now: options.now,
      favourites: () => {
        favourites ??= this.#rowsOf(options.favourites ?? []);
        return favourites;
      },
      kept: (condition) => this.#live.kept(condition, options.now),
    };
  }

  #rowsOf(deviceIds: Iterable<string>): Bitmap {
    const rows = new Bitmap();
    for (const id of deviceIds) {
      const slot = this.#slots.slotOf(id);
      if (slot !== undefined) rows.add(slot);
    }
    return rows;
  }

  #settled(events: readonly RowEvent[]): readonly MembershipEvent[] {
    this.#changes++;
    this.#revision++;
    if (this.#changes % TIDY_EVERY === 0) {
      for (const [list, numbers] of this.#table.tidy()) this.#live.renumbered(list, numbers);
    }
    return this.#named(events);
  }

  #named(events: readonly RowEvent[]): readonly MembershipEvent[] {
    return events.map(({ filterId, row, entered }) => ({
      filterId,
      deviceId: this.#slots.idAt(row),
      kind: entered ? 'entered' : 'left',
    }));
  }
}

function unknownDevice(deviceId: string): RmmError {
  return new RmmError('NOT_FOUND', `No device ${deviceId} is in the index.`, { details: { deviceId } });
}
