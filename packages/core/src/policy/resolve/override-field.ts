import type { Bitmap } from '../../filter/columnar/bitmap.js';
import type { Alike, Claim, FieldHolder, FieldResolution } from './claim.js';
import { part } from './document-hash.js';
import type { Field } from './merge-settings.js';
import type { RowPartition } from './row-partition.js';
import { RowSet } from './row-set.js';

/** A field of which one policy decides: each policy in order takes the devices that are left. */
export class OverrideField implements FieldResolution {
  readonly field: Field;
  readonly #holders: readonly FieldHolder[];
  /** By holder. */
  readonly #parts: readonly string[];
  readonly #partition: RowPartition;
  /** By holder: the rows of which it decides. */
  readonly #taken: readonly RowSet[];
  /** By class: the number of the holder that decides plus one; 0 where none does. */
  #decides = new Int32Array(0);

  /** @param left the rows to look at; used up */
  constructor(field: Field, holders: readonly FieldHolder[], partition: RowPartition, left: Bitmap, alike: Alike) {
    this.field = field;
    this.#holders = holders;
    this.#parts = holders.map(({ claims }) => part(field.name, claims[0]?.item.hash ?? ''));
    this.#partition = partition;
    let count = left.count();
    this.#taken = holders.map(({ rows }) => {
      if (count === 0) return RowSet.EMPTY;
      const taken = rows.within(left);
      taken.dropFrom(left);
      count -= taken.count;
      return taken;
    });
    for (const same of this.#alike(alike)) partition.split(RowSet.union(same));
  }

  settle(firsts: Bitmap): void {
    const { classOf, size } = this.#partition;
    this.#decides = new Int32Array(size);
    for (const [number, taken] of this.#taken.entries()) {
      taken.within(firsts).forEach((row) => {
        this.#decides[classOf[row] as number] = number + 1;
      });
    }
  }

  claims(number: number): readonly Claim[] {
    return this.#holders[(this.#decides[number] as number) - 1]?.claims ?? [];
  }

  hashPart(number: number): string | undefined {
    return this.#parts[(this.#decides[number] as number) - 1];
  }

  /** The sets of rows to tell apart. */
  #alike(alike: Alike): Iterable<readonly RowSet[]> {
    if (alike === 'policies') return this.#taken.map((taken) => [taken]);
    const sets = new Map<string, RowSet[]>();
    for (const [number, { claims }] of this.#holders.entries()) {
      const value = claims[0]?.item.hash ?? '';
      const same = sets.get(value);
      const taken = this.#taken[number] as RowSet;
      if (same) same.push(taken);
      else sets.set(value, [taken]);
    }
    return sets.values();
  }
}
