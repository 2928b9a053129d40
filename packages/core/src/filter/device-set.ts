import type { Bitmap } from './columnar/bitmap.js';
import type { DeviceSlots } from './columnar/device-slots.js';

/**
 * The devices that an evaluation found. It does not follow later changes of their facts; devices deleted since are no
 * longer in it. Sets of the same index can be combined; every operation makes a new set.
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
    return this.#with(this.rows().clone().and(other.rows()));
  }

  or(other: DeviceSet): DeviceSet {
    return this.#with(this.rows().clone().or(other.rows()));
  }

  andNot(other: DeviceSet): DeviceSet {
    return this.#with(this.rows().clone().andNot(other.rows()));
  }

  /** The rows of the devices that still exist: to read. Only for {@link FactIndex}. */
  rows(): Bitmap {
    return this.#slots.current(this.#rows, this.#since);
  }

  #with(rows: Bitmap): DeviceSet {
    return new DeviceSet(this.#slots, rows);
  }
}
