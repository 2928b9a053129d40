import type { ListChange } from './list-column.js';
import type { LiveCondition } from './live-condition.js';

/** So many records are remembered: those that devices lately gained or lost. */
const REMEMBERED = 65_536;
/** So many conditions that have gone are passed over at least. */
const FEW = 64;

/** Who must look at a device that gains or loses a record, among the first so many conditions. */
interface Concerned<C> {
  readonly found: C[];
  asked: number;
}

/**
 * The kept conditions on one list, by the records that fulfil them. An audit changes few records, each of which matters to
 * few conditions: only these need to look at the device. A condition that comes is asked about a record when that next
 * changes; one that goes is passed over: filters that are asked and edited leave what is known of the others.
 */
export class RecordConditions<C extends { readonly live: LiveCondition }> {
  readonly #conditions = new Set<C>();
  /** In the order in which they came, with some that have gone. */
  #came: C[] = [];
  readonly #concerned = new Map<number, Concerned<C>>();

  add(condition: C): void {
    this.#conditions.add(condition);
    this.#came.push(condition);
  }

  delete(condition: C): void {
    this.#conditions.delete(condition);
    if (this.#came.length <= 2 * this.#conditions.size + FEW) return;
    this.#came = [...this.#conditions];
    this.#concerned.clear();
  }

  /** The records got other numbers, by their former ones; −1 for those that are gone. */
  renumbered(numbers: Int32Array): void {
    for (const { live } of this.#conditions) live.renumbered(numbers);
    this.#concerned.clear();
  }

  /** The conditions whose answer for a device may turn with this change of its list. */
  concernedBy({ added, removed }: ListChange): ReadonlySet<C> {
    const concerned = new Set<C>();
    for (const records of [added, removed]) {
      for (const record of records) {
        for (const condition of this.#of(record)) if (this.#conditions.has(condition)) concerned.add(condition);
      }
    }
    return concerned;
  }

  #of(record: number): readonly C[] {
    const known = this.#concerned.get(record) ?? this.#remember(record);
    for (; known.asked < this.#came.length; known.asked++) {
      const condition = this.#came[known.asked] as C;
      if (this.#conditions.has(condition) && condition.live.concernedBy(record)) known.found.push(condition);
    }
    return known.found;
  }

  #remember(record: number): Concerned<C> {
    if (this.#concerned.size >= REMEMBERED) this.#concerned.clear();
    const fresh = { found: [], asked: 0 };
    this.#concerned.set(record, fresh);
    return fresh;
  }
}
