import type { Bitmap } from '../../filter/columnar/bitmap.js';
import type { Claim, FieldHolder, FieldResolution } from './claim.js';
import { listHash, partLabel } from './document-hash.js';
import type { Field } from './merge-settings.js';
import type { RowPartition } from './row-partition.js';

/** A field to which all policies add. Of items with the same key, that of the policy which comes first counts. */
export class CollectField implements FieldResolution {
  readonly field: Field;
  readonly #label: string;
  readonly #holders: readonly FieldHolder[];
  readonly #partition: RowPartition;
  /** By holder: the number of the key of each of its items. */
  readonly #keys: readonly (readonly number[])[];
  /** The holders of class `c` are the numbers from `#starts[c]` to `#starts[c + 1]` in `#members`. */
  #starts = new Int32Array(0);
  #members = new Uint32Array(0);
  /** By number of a key: the last merge that met it. */
  readonly #met: Uint32Array;
  #merges = 0;

  /** @param all the rows to look at */
  constructor(field: Field, holders: readonly FieldHolder[], partition: RowPartition, all: Bitmap) {
    this.field = field;
    this.#label = partLabel(field.name);
    this.#partition = partition;
    this.#holders = holders.map(({ rows, claims }) => ({ rows: rows.within(all), claims }));
    const numbers = new Map<string, number>();
    this.#keys = holders.map(({ claims }) => claims.map(({ item }) => numberOf(numbers, item.key)));
    this.#met = new Uint32Array(numbers.size);
    for (const { rows } of this.#holders) partition.split(rows);
  }

  settle(firsts: Bitmap): void {
    const { classOf, size } = this.#partition;
    const among = this.#holders.map(({ rows }) => rows.within(firsts));
    const each = (visit: (number: number, holder: number) => void): void => {
      for (const [holder, rows] of among.entries()) {
        rows.forEach((row) => {
          visit(classOf[row] as number, holder);
        });
      }
    };
    this.#starts = new Int32Array(size + 1);
    each((number) => {
      this.#starts[number + 1] = (this.#starts[number + 1] as number) + 1;
    });
    for (let i = 1; i <= size; i++) {
      this.#starts[i] = (this.#starts[i] as number) + (this.#starts[i - 1] as number);
    }
    this.#members = new Uint32Array(this.#starts[size] as number);
    const next = this.#starts.slice();
    each((number, holder) => {
      this.#members[next[number] as number] = holder;
      next[number] = (next[number] as number) + 1;
    });
  }

  claims(number: number): readonly Claim[] {
    const merge = ++this.#merges;
    const met = this.#met;
    const found: Claim[] = [];
    for (let i = this.#starts[number] as number; i < (this.#starts[number + 1] as number); i++) {
      const holder = this.#members[i] as number;
      const claims = (this.#holders[holder] as FieldHolder).claims;
      const keys = this.#keys[holder] as readonly number[];
      for (let k = 0; k < claims.length; k++) {
        const key = keys[k] as number;
        if (met[key] === merge) continue;
        met[key] = merge;
        found.push(claims[k] as Claim);
      }
    }
    return found;
  }

  hashPart(number: number): string | undefined {
    const claims = this.claims(number);
    return claims.length === 0 ? undefined : `${this.#label}${listHash(claims.map(({ item }) => item.hash))}"`;
  }
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
