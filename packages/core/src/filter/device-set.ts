import { Bitmap } from './columnar/bitmap.js';
import type { DeviceSlots } from './columnar/device-slots.js';

/**
 * The devices that an evaluation found. It does not follow later changes of their facts; devices deleted since are no
 * longer in it. Every operation makes a new set. A set of another index, as after a System's index was read anew, counts
 * for the devices that it names, not for their rows.
 */
export class DeviceSet {
  readonly #slots: DeviceSlots;
  readonly #rows: Bitmap;
  readonly #since: number;

  /** Only for {@link FactIndex}. @param rows owned by this set from now on */
  constructor(slots: DeviceSlots, rows: Bitmap) {
    this.#slots = slots;
    this.#rows = rows;
    this.#since = slots.clock;
  }

  /** How many devices. */
  get count(): number {
    return this.rows().count();
  }

  has(deviceId: string): boolean {
    const slot = this.#slots.slotOf(deviceId);
    return slot !== undefined && this.rows().has(slot);
  }

  /** Ids of the devices, in no particular order. The index must not change during the iteration. */
  *ids(): Generator<string, void, undefined> {
    for (const slot of this.rows().rows()) yield this.#slots.idAt(slot);
  }

  [Symbol.iterator](): Generator<string, void, undefined> {
    return this.ids();
  }

  and(other: DeviceSet): DeviceSet {
    return this.#with(this.rows().clone().and(this.#ownRows(other)));
  }

  or(other: DeviceSet): DeviceSet {
    return this.#with(this.rows().clone().or(this.#ownRows(other)));
  }

  andNot(other: DeviceSet): DeviceSet {
    return this.#with(this.rows().clone().andNot(this.#ownRows(other)));
  }

  /** Those of its devices that are in these rows. */
  inRows(rows: Bitmap): DeviceSet {
    return this.#with(this.rows().clone().and(rows));
  }

  /** The rows of the devices that still exist: to read. Only for engines over the same {@link FactIndex}. */
  rows(): Bitmap {
    return this.#slots.current(this.#rows, this.#since);
  }

  /** The row of one of its devices. */
  rowOf(deviceId: string): number | undefined {
    const slot = this.#slots.slotOf(deviceId);
    return slot !== undefined && this.rows().has(slot) ? slot : undefined;
  }

  /** Its devices with their rows, ascending by row. The index must not change during the iteration. */
  *entries(): Generator<readonly [deviceId: string, row: number], void, undefined> {
    for (const slot of this.rows().rows()) yield [this.#slots.idAt(slot), slot];
  }

  #ownRows(other: DeviceSet): Bitmap {
    if (other.#slots === this.#slots) return other.rows();
    const rows = new Bitmap();
    for (const id of other.ids()) {
      const slot = this.#slots.slotOf(id);
      if (slot !== undefined) rows.add(slot);
    }
    return rows;
  }

  #with(rows: Bitmap): DeviceSet {
    return new DeviceSet(this.#slots, rows);
  }
}
