import type { Static } from 'typebox';
import { Bitmap } from '../../filter/columnar/bitmap.js';
import type { DeviceSet } from '../../filter/device-set.js';
import type { PolicyPlan } from '../policy-contract.js';
import { contentHash } from './document-hash.js';
import { PairNumbers } from './pair-numbers.js';
import type { PolicyWorld } from './policy-world.js';
import { RowSet } from './row-set.js';
import { type FieldOutcome, TypeResolution } from './type-resolution.js';

type SettingChange = Static<typeof PolicyPlan>['changes'][number]['settings'][number];

/** How one type's settings differ on some devices. */
interface Difference {
  readonly type: string;
  readonly fields: readonly (readonly [before: FieldOutcome | undefined, after: FieldOutcome | undefined])[];
}

/** What happens to devices: nothing, or differences of one or more types. */
type Way = readonly Difference[];

/** The ways in which settings of devices differ between two worlds, the most frequent first. */
export class PlannedWays {
  /** The devices on which something differs. */
  readonly devices: DeviceSet;
  readonly #found: readonly Way[];
  readonly #wayAt: Int32Array;
  /** The numbers of the ways by id, and the other way round. */
  readonly #order: readonly number[];
  readonly #idOf: readonly number[];
  readonly #counts: readonly number[];

  /**
   * @param after over the same index, or one that holds at least these devices
   * @param devices none of them suspended
   */
  constructor(before: PolicyWorld, after: PolicyWorld, types: ReadonlySet<string>, devices: DeviceSet) {
    const rows = RowSet.of(devices.rows());
    const wayAt = new Int32Array(rows.end);
    const rowAfter = otherRows(before, after, devices, rows);
    let found: readonly Way[] = [[]];
    for (const type of before.types.values()) {
      if (!types.has(type.name)) continue;
      const was = new TypeResolution(before, type, rows, 'policies');
      const is = new TypeResolution(after, type, rowAfter.rows, 'policies');
      found = extend(found, wayAt, rows, new TypeDifferences(was, is, rowAfter.of));
    }
    const counts = found.map(() => 0);
    const changed = new Bitmap();
    rows.forEach((row) => {
      const number = wayAt[row] as number;
      if (found[number]?.length === 0) return;
      counts[number] = (counts[number] as number) + 1;
      changed.add(row);
    });
    this.devices = devices.inRows(changed);
    this.#found = found;
    this.#wayAt = wayAt;
    this.#counts = counts;
    this.#order = found
      .map((_, number) => number)
      .filter((number) => found[number]?.length !== 0)
      .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
    const idOf = found.map(() => 0);
    for (const [id, number] of this.#order.entries()) idOf[number] = id;
    this.#idOf = idOf;
  }

  /** By id, from 0: how many devices each. */
  all(): readonly { readonly id: number; readonly devices: number }[] {
    return this.#order.map((number, id) => ({ id, devices: this.#counts[number] ?? 0 }));
  }

  /** The id of what happens to one of the devices. */
  of(deviceId: string): number {
    return this.#idOf[this.#wayAt[this.devices.rowOf(deviceId) ?? 0] as number] ?? 0;
  }

  settings(id: number): SettingChange[] {
    const way = this.#found[this.#order[id] ?? 0] ?? [];
    return way.flatMap(({ type, fields }) => fields.map(([was, is]) => settingChange(type, was, is)));
  }
}

/** Where devices are in the index of the world after. */
function otherRows(
  before: PolicyWorld,
  after: PolicyWorld,
  devices: DeviceSet,
  rows: RowSet,
): { rows: RowSet; of: (row: number) => number } {
  if (after.targets.facts === before.targets.facts) return { rows, of: (row) => row };
  const theirs = after.targets.facts.of(devices);
  const found = new Map([...devices.entries()].map(([id, row]) => [row, theirs.rowOf(id) ?? -1]));
  return { rows: RowSet.of(theirs.rows()), of: (row) => found.get(row) ?? -1 };
}

/** Tells devices apart by what happens to one more type. */
function extend(found: readonly Way[], wayAt: Int32Array, rows: RowSet, differences: TypeDifferences): readonly Way[] {
  const pairs = new PairNumbers();
  const ways: Way[] = [];
  rows.forEach((row) => {
    const number = wayAt[row] as number;
    const difference = differences.at(row);
    const pair = pairs.of(number, difference);
    if (pair === ways.length) ways.push([...(found[number] ?? []), ...differences.get(difference)]);
    wayAt[row] = pair;
  });
  return ways;
}

/** How the settings of one type differ, by pair of the classes before and after. */
class TypeDifferences {
  readonly #was: TypeResolution;
  readonly #is: TypeResolution;
  readonly #rowAfter: (row: number) => number;
  readonly #pairs = new PairNumbers();
  /** By pair: its number in {@link #all}. */
  readonly #ofPair: number[] = [];
  readonly #all: Way[] = [];
  readonly #known = new Map<string, number>();

  constructor(was: TypeResolution, is: TypeResolution, rowAfter: (row: number) => number) {
    this.#was = was;
    this.#is = is;
    this.#rowAfter = rowAfter;
  }

  /** The number of what happens to a device; the same for the same. */
  at(row: number): number {
    const was = this.#was.classOf[row] as number;
    const is = this.#is.classOf[this.#rowAfter(row)] as number;
    const pair = this.#pairs.of(was, is);
    if (pair === this.#ofPair.length) this.#ofPair.push(this.#differ(was, is));
    return this.#ofPair[pair] as number;
  }

  get(number: number): Way {
    return this.#all[number] ?? [];
  }

  #differ(was: number, is: number): number {
    const fields = differentFields(this.#was.outcomes(was), this.#is.outcomes(is));
    const key = contentHash(
      fields.map((pair) => pair.map((outcome) => outcome && [outcome.field.name, keyOf(outcome)])),
    );
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.#all.length);
    return this.#all.push(fields.length === 0 ? [] : [{ type: this.#was.type.name, fields }]) - 1;
  }
}

function differentFields(was: readonly FieldOutcome[], is: readonly FieldOutcome[]): Difference['fields'] {
  const before = new Map(was.map((outcome) => [outcome.field.name, outcome]));
  const after = new Map(is.map((outcome) => [outcome.field.name, outcome]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((name) => [before.get(name), after.get(name)] as const)
    .filter(([old, now]) => !old || !now || hashes(old) !== hashes(now));
}

const hashes = ({ claims }: FieldOutcome): string => claims.map(({ item }) => item.hash).join();

const keyOf = (outcome: FieldOutcome) => [hashes(outcome), names(outcome)];

/** Of the policies that decide, in their order. */
function names(outcome: FieldOutcome | undefined): string[] {
  return [...new Map(outcome?.claims.map(({ policy }) => [policy.id, policy.name])).values()];
}

function settingChange(type: string, was: FieldOutcome | undefined, is: FieldOutcome | undefined): SettingChange {
  const field = was?.field ?? is?.field;
  return {
    type,
    field: field?.name ?? '',
    label: field?.label ?? '',
    ...(was && { before: was.value }),
    ...(is && { after: is.value }),
    beforeFrom: names(was),
    afterFrom: names(is),
  };
}
