import type { Bitmap } from '../../filter/columnar/bitmap.js';
import type { Field, Item } from './merge-settings.js';
import type { ActingPolicy } from './policy-world.js';
import type { RowSet } from './row-set.js';

/** A policy's wish for a field. */
export interface Claim {
  readonly policy: ActingPolicy;
  readonly item: Item;
}

/** A policy that sets a field, on the devices that are looked at. */
export interface FieldHolder {
  readonly rows: RowSet;
  /** At least one; of a field of which one policy decides exactly one. */
  readonly claims: readonly Claim[];
}

/** What devices of a class have in common: the settings, or also the policies that decide each of them. */
export type Alike = 'settings' | 'policies';

/** How a field comes out on each class of devices: first `divide`, then `settle`, then the rest. */
export interface FieldResolution {
  readonly field: Field;
  /** The wishes that count in a class, in the order of the value's items. */
  claims(number: number): readonly Claim[];
  /** The name and the hash of the value, as the hash of the type takes it; undefined where it is not set. */
  hashPart(number: number): string | undefined;
  /** Remembers what counts in each class. @param firsts a row of each */
  settle(firsts: Bitmap): void;
}
