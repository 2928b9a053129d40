import { compareVersions } from '../version/compare-versions.js';
import { versionLane } from '../version/version-lane.js';
import { type VersionOperator, versionHolds } from '../version/version-operator.js';
import type { VersionScheme } from '../version/version-scheme.js';
import { ValueOrder } from './value-order.js';

/** So many texts are placed at a time: a millisecond or two. */
const STEP = 256;

/** What is to be ordered: texts by number. */
export interface VersionTexts {
  readonly size: number;
  raw(id: number): string;
}

/**
 * The texts of a dictionary as versions of one scheme: first those of lane 0, then those of lane 1, each ascending. A
 * comparison with a term then holds for one stretch of each lane, found by bisection. Texts find their places little by
 * little; those without one are compared each.
 */
export class VersionOrder {
  readonly #texts: VersionTexts;
  readonly #scheme: VersionScheme;
  readonly #order: ValueOrder;

  constructor(texts: VersionTexts, scheme: VersionScheme) {
    this.#texts = texts;
    this.#scheme = scheme;
    this.#order = new ValueOrder(
      () => texts.size,
      (a, b) => this.#laneOf(a) - this.#laneOf(b) || compareVersions(texts.raw(a), texts.raw(b), scheme) || a - b,
    );
  }

  /** How many texts have no place yet. */
  get unplaced(): number {
    return this.#texts.size - this.#order.placed.length;
  }

  /** Places the texts of now in steps; those that come meanwhile wait for the next time. */
  *prepare(): Generator<void, void, undefined> {
    for (let left = this.unplaced; left > 0; left -= STEP) {
      this.#order.placeMore(STEP);
      yield;
    }
  }

  /** Places some texts, which takes no longer than comparing all with a term or two. */
  placeSome(): void {
    if (this.unplaced > 0) this.#order.placeMore(Math.max(STEP, Math.ceil(this.#texts.size / 32)));
  }

  /** Calls back for each text that stands in this relation to `than`, whose {@link searchScheme} must be the order's. */
  search(operator: VersionOperator, than: string, found: (id: number) => void): void {
    const { placed } = this.#order;
    const border = bisect(placed, 0, placed.length, (id) => this.#laneOf(id) === 0);
    for (const [start, end] of [
      [0, border],
      [border, placed.length],
    ] as const) {
      const [from, to] = this.#stretch(placed, start, end, operator, than);
      for (let rank = from; rank < to; rank++) found(placed[rank] as number);
    }
    for (let id = placed.length; id < this.#texts.size; id++) {
      if (versionHolds(operator, this.#texts.raw(id), than, this.#scheme)) found(id);
    }
  }

  #stretch(
    sorted: Uint32Array,
    start: number,
    end: number,
    operator: VersionOperator,
    than: string,
  ): readonly [from: number, to: number] {
    const compare = (id: number) => compareVersions(this.#texts.raw(id), than, this.#scheme);
    const firstEqual = () => bisect(sorted, start, end, (id) => compare(id) < 0);
    const firstAbove = () => bisect(sorted, start, end, (id) => compare(id) <= 0);
    switch (operator) {
      case 'versionBelow':
        return [start, firstEqual()];
      case 'versionAtMost':
        return [start, firstAbove()];
      case 'versionEquals':
        return [firstEqual(), firstAbove()];
      case 'versionAtLeast':
        return [firstEqual(), end];
      case 'versionAbove':
        return [firstAbove(), end];
    }
  }

  #laneOf(id: number): number {
    return versionLane(this.#texts.raw(id), this.#scheme);
  }
}

/** The first place from `from` to `to` whose value no longer is before, where all before come first. */
function bisect(sorted: Uint32Array, from: number, to: number, before: (value: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(sorted[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
