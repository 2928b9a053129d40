import { Bitmap } from './bitmap.js';
import { grown } from './grown.js';
import { ValueOrder } from './value-order.js';

/**
 * Gives each device a row. Rows of deleted devices are used again; so that a set computed before does not show the new
 * device in place of the old one, each row knows when it was taken.
 */
export class DeviceSlots {
  readonly #ids: string[] = [];
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  /** By row: the {@link clock} at which it was taken. */
  #born = new Uint32Array(0);
  readonly #alive = new Bitmap();
  #clock = 0;
  #lastDelete = 0;
  readonly #order = new ValueOrder(
    () => this.#ids.length,
    (a, b) => (this.idAt(a) < this.idAt(b) ? -1 : this.idAt(a) > this.idAt(b) ? 1 : a - b),
  );

  get size(): number {
    return this.#slots.size;
  }

  /** Counts the devices ever added and deleted. */
  get clock(): number {
    return this.#clock;
  }

  /** The rows in use: to read. */
  get alive(): Bitmap {
    return this.#alive;
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  idAt(slot: number): string {
    return this.#ids[slot] ?? '';
  }

  add(id: string): number {
    const reused = this.#free.pop();
    const slot = reused ?? this.#ids.length;
    if (reused !== undefined) this.#order.changed(slot);
    this.#ids[slot] = id;
    this.#take(slot, id);
    return slot;
  }

  #take(slot: number, id: string): void {
    this.#clock++;
    this.#born = grown(this.#born, slot + 1);
    this.#born[slot] = this.#clock;
    this.#slots.set(id, slot);
    this.#alive.add(slot);
  }

  /** Gives a device a row of its own choice, which must not be in use; the rows before it stay free for others. */
  addAt(slot: number, id: string): void {
    while (this.#ids.length < slot) this.#free.push(this.#ids.push('') - 1);
    this.#ids.push(id);
    this.#take(slot, id);
  }

  delete(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#lastDelete = ++this.#clock;
    this.#slots.delete(id);
    this.#alive.delete(slot);
    this.#free.push(slot);
  }

  /** The rows of a set made at `since` that still hold the devices they held then: the set itself where all do. */
  current(rows: Bitmap, since: number): Bitmap {
    if (this.#lastDelete <= since) return rows;
    const current = rows.clone().and(this.#alive);
    rows.forEach((slot) => {
      if ((this.#born[slot] ?? 0) > since) current.delete(slot);
    });
    return current;
  }

  /** By row: the device's place in the order of ids. */
  ranks(): Uint32Array {
    return this.#order.ranks();
  }
}
