import type { DeviceSet } from '../../filter/device-set.js';
import type { PolicySettings } from '../policy-models.js';
import { partLabel, partsHash } from './document-hash.js';
import { PairNumbers } from './pair-numbers.js';
import type { EffectiveDocument, EffectivePolicies, PolicyResolution } from './policy-resolution.js';
import type { PolicyWorld } from './policy-world.js';
import { RowSet } from './row-set.js';
import { TypeResolution } from './type-resolution.js';

/**
 * The settings that hold on devices. Per field of a type, of the policies that hold on the device and set the field:
 * - override: the first in rank decides
 * - collect: the items of all, in order of rank, each once
 *
 * The field that a type names as suspendable is not set on devices whose monitoring is suspended.
 *
 * @param within only these devices; default all. Suspended devices are left out either way.
 */
export function resolvePolicies(world: PolicyWorld, within?: DeviceSet): PolicyResolution {
  const active = world.targets.active();
  const rows = within ? RowSet.of(within.rows()).and(active) : active;
  const named = new Set(world.acting.map(({ type }) => type));
  const types = [...world.types.values()]
    .filter(({ name }) => named.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((type) => new TypeParts(new TypeResolution(world, type, rows)));
  const { classOf, first } = combine(rows, types);
  const effective = new Map<string, Effective>();
  const byClass = Array.from(first, (row) => {
    const found = new Effective(types, row);
    const same = effective.get(found.hash);
    if (!same) effective.set(found.hash, found);
    return same ?? found;
  });
  const devices = world.targets.facts.all().inRows(rows.toBitmap());
  return new Resolution(devices, [...effective.values()], (row) => byClass[classOf[row] as number]);
}

/** Devices of which some settings differ are told apart type by type: class′ = pair of (class, class of the type). */
function combine(rows: RowSet, types: readonly TypeParts[]): { classOf: Int32Array; first: Int32Array } {
  const classOf = new Int32Array(rows.end);
  let size = rows.isEmpty ? 0 : 1;
  // Types with few classes first, so that there are few pairs to tell apart for as long as can be.
  for (const { resolution } of [...types].sort((a, b) => a.resolution.size - b.resolution.size)) {
    const pairs = new PairNumbers();
    rows.forEach((row) => {
      classOf[row] = pairs.of(classOf[row] as number, resolution.classOf[row] as number);
    });
    size = pairs.size;
  }
  const first = new Int32Array(size).fill(-1);
  rows.forEach((row) => {
    const number = classOf[row] as number;
    if (first[number] === -1) first[number] = row;
  });
  return { classOf, first };
}

/** The parts of documents that one type makes. */
class TypeParts {
  readonly resolution: TypeResolution;
  /** By class. */
  readonly #parts: readonly (string | undefined)[];

  constructor(resolution: TypeResolution) {
    const label = partLabel(resolution.type.name);
    this.resolution = resolution;
    this.#parts = Array.from({ length: resolution.size }, (_, number) => {
      const hash = resolution.hash(number);
      return hash === undefined ? undefined : `${label}${hash}"`;
    });
  }

  /** As the hash of the document takes it; undefined where no setting is set. */
  partAt(row: number): string | undefined {
    return this.#parts[this.resolution.classOf[row] as number];
  }

  settingsAt(row: number): PolicySettings {
    return this.resolution.settings(this.resolution.classOf[row] as number);
  }
}

class Effective implements EffectivePolicies {
  readonly hash: string;
  readonly #types: readonly TypeParts[];
  readonly #row: number;
  #document: EffectiveDocument | undefined;

  /** @param types sorted by name. @param row of a device that has them */
  constructor(types: readonly TypeParts[], row: number) {
    this.#types = types;
    this.#row = row;
    const parts: string[] = [];
    for (const type of types) {
      const part = type.partAt(row);
      if (part !== undefined) parts.push(part);
    }
    this.hash = partsHash(parts);
  }

  get document(): EffectiveDocument {
    this.#document ??= Object.fromEntries(
      this.#types
        .filter((type) => type.partAt(this.#row) !== undefined)
        .map((type) => [type.resolution.type.name, type.settingsAt(this.#row)]),
    );
    return this.#document;
  }
}

class Resolution implements PolicyResolution {
  readonly devices: DeviceSet;
  readonly classes: readonly EffectivePolicies[];
  readonly #at: (row: number) => EffectivePolicies | undefined;

  constructor(
    devices: DeviceSet,
    classes: readonly EffectivePolicies[],
    at: (row: number) => EffectivePolicies | undefined,
  ) {
    this.devices = devices;
    this.classes = classes;
    this.#at = at;
  }

  of(deviceId: string): EffectivePolicies | undefined {
    const row = this.devices.rowOf(deviceId);
    return row === undefined ? undefined : this.#at(row);
  }

  *[Symbol.iterator](): Generator<readonly [deviceId: string, EffectivePolicies], void, undefined> {
    for (const [deviceId, row] of this.devices.entries()) {
      const found = this.#at(row);
      if (found) yield [deviceId, found];
    }
  }
}
