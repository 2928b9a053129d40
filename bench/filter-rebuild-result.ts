import { createHash } from 'node:crypto';
import { compileFilter } from '../packages/core/src/filter/compile-filter.js';
import type { FactIndex } from '../packages/core/src/filter/fact-index.js';
import type { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import { FILTER_CASES } from './filter-cases.js';
import { FLEET_NOW } from './generate-fleet.js';

/** What some work took. */
export interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The longest time for which the event loop stood still. */
  readonly stallMs: number;
}

export interface RebuildResult {
  readonly load: Taken;
  readonly store: Taken | undefined;
  readonly devices: number;
  readonly bytes: number;
  /** {@link answersOf} */
  readonly answers: Readonly<Record<string, string>>;
}

/** For each filter how many devices an index finds, and a hash over their ids. */
export function answersOf(
  catalogue: FieldCatalogue,
  index: FactIndex,
  idOf: (id: string) => string,
): Readonly<Record<string, string>> {
  const answers = FILTER_CASES.map(({ name, filter }) => {
    const found = index.evaluate(compileFilter(catalogue, filter), { now: FLEET_NOW });
    const ids = [...found].map(idOf).sort();
    return [name, `${ids.length} ${createHash('sha256').update(ids.join()).digest('base64url')}`];
  });
  return Object.fromEntries(answers);
}
