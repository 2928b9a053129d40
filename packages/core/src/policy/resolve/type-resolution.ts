import type { PolicySettings } from '../policy-models.js';
import type { PolicyTypeDef } from '../policy-type.js';
import type { Alike, Claim, FieldHolder, FieldResolution } from './claim.js';
import { CollectField } from './collect-field.js';
import { partsHash } from './document-hash.js';
import { type Field, fieldsOf, fieldValue, itemsOf } from './merge-settings.js';
import { OverrideField } from './override-field.js';
import type { ActingPolicy, PolicyWorld } from './policy-world.js';
import { RowPartition } from './row-partition.js';
import type { RowSet } from './row-set.js';

/** What became of a field that is set. */
export interface FieldOutcome {
  readonly field: Field;
  readonly value: unknown;
  /** The wishes that count, in the order of the value's items; at least one. */
  readonly claims: readonly Claim[];
}

/**
 * The settings of one type on some devices, in one pass over the sets of its policies. What each policy gets to decide
 * divides the devices into classes; settings are then merged once a class, for its first device.
 */
export class TypeResolution {
  readonly type: PolicyTypeDef;
  /** By row: the number of its class; −1 for devices that were not looked at. */
  readonly classOf: Int32Array;
  /** How many classes. */
  readonly size: number;
  /** Only those that some policy sets. */
  readonly #fields: readonly FieldResolution[];

  /**
   * @param rows of the devices to look at, none of them suspended
   * @param alike what devices of a class have in common
   */
  constructor(world: PolicyWorld, type: PolicyTypeDef, rows: RowSet, alike: Alike = 'settings') {
    this.type = type;
    const partition = new RowPartition(rows);
    this.#fields = resolveFields(world, type, rows, partition, alike);
    this.classOf = partition.classOf;
    this.size = partition.size;
    const firsts = partition.representatives();
    for (const field of this.#fields) field.settle(firsts);
  }

  /** What became of each field that is set in a class. */
  outcomes(number: number): readonly FieldOutcome[] {
    return this.#fields.flatMap((resolution) => {
      const { field } = resolution;
      const claims = resolution.claims(number);
      if (claims.length === 0) return [];
      const value = fieldValue(
        field,
        claims.map(({ item }) => item),
      );
      return [{ field, value, claims }];
    });
  }

  settings(number: number): PolicySettings {
    return Object.fromEntries(this.outcomes(number).map(({ field, value }) => [field.name, value]));
  }

  /** The hash of the settings; undefined for a class without any. */
  hash(number: number): string | undefined {
    const parts: string[] = [];
    for (const field of this.#fields) {
      const found = field.hashPart(number);
      if (found !== undefined) parts.push(found);
    }
    return parts.length === 0 ? undefined : partsHash(parts);
  }
}

interface Holder {
  readonly policy: ActingPolicy;
  readonly rows: RowSet;
}

function resolveFields(
  world: PolicyWorld,
  type: PolicyTypeDef,
  rows: RowSet,
  partition: RowPartition,
  alike: Alike,
): readonly FieldResolution[] {
  const holders = holdersOf(world, type, rows);
  return fieldsOf(type).flatMap((field): FieldResolution[] => {
    const setting = holders.flatMap((holder) => fieldHolder(field, holder));
    if (setting.length === 0) return [];
    const all = rows.toBitmap();
    if (field.suspendable) world.suspendedRows().dropFrom(all);
    if (field.rule === 'collect') return [new CollectField(field, setting, partition, all)];
    return [new OverrideField(field, setting, partition, all, alike)];
  });
}

function fieldHolder(field: Field, { policy, rows }: Holder): FieldHolder[] {
  const claims = itemsOf(field, policy.terms.settings).map((item): Claim => ({ policy, item }));
  return claims.length === 0 ? [] : [{ rows, claims }];
}

/** The policies of a type that hold on some of the devices, in the order in which they decide. */
function holdersOf(world: PolicyWorld, type: PolicyTypeDef, rows: RowSet): readonly Holder[] {
  return world.acting.flatMap((policy): Holder[] => {
    if (policy.type !== type.name) return [];
    const held = world.heldRows(policy, policy.terms.targets);
    const within = rows === world.targets.active() ? held : held.and(rows);
    return within.isEmpty ? [] : [{ policy, rows: within }];
  });
}
