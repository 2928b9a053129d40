import { compileFilter } from '../packages/core/src/filter/compile-filter.js';
import { CORE_FIELDS } from '../packages/core/src/filter/core-fields.js';
import { FactIndex } from '../packages/core/src/filter/fact-index.js';
import type { Facts } from '../packages/core/src/filter/facts.js';
import { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import { type BenchRow, benchRow } from './bench-row.js';
import { FILTER_CASES, type FilterCase } from './filter-cases.js';
import { type FilterPeer, flatDevice, mingoPeer, siftPeer, sqlitePeer } from './filter-peers.js';
import { postgresPeer } from './filter-postgres.js';
import { rebuildBench } from './filter-rebuild.js';
import { watchBench } from './filter-watch.js';
import { FLEET_NOW, FleetGenerator } from './generate-fleet.js';
import { cpuMs, heapBytes, medianMs, medianWallMs } from './measure.js';

/** The size that is measured in full, and those that show the growth; the last only with `--large`. */
const DEVICES = 100_000;
const SIZES = [1000, 10_000, DEVICES];
const LARGE = 300_000;
const PACKAGES: readonly [number, number] = [40, 80];
const SEED = 42;
const BARE = 'bare bitmap AND';

/** Filters over generated devices, cold and warm, against other engines; results are compared first. */
export async function filterBench({ large }: { readonly large: boolean }): Promise<BenchRow[]> {
  const catalogue = new FieldCatalogue(CORE_FIELDS);
  const generator = new FleetGenerator(SEED, PACKAGES);
  const fleet = Array.from({ length: large ? LARGE : DEVICES }, (_, i) => generator.device(i));
  const means: BenchRow[] = [];
  const rest: BenchRow[] = [];
  for (const size of large ? [...SIZES, LARGE] : SIZES) {
    process.stderr.write(`filter: ${size} devices …\n`);
    const devices = fleet.slice(0, size);
    const { index, rows } = buildBench(catalogue, devices);
    const cases = await casesBench(catalogue, index, devices);
    means.push(...summary(cases, size));
    rest.push(...rows);
    if (size !== DEVICES) continue;
    // Before the devices are changed: what is read from storage must answer as this index does.
    const rebuilt = await rebuildBench(catalogue, devices, index);
    rest.push(...cases, ...watchBench(catalogue, index, size), ...rebuilt);
  }
  return [...means, ...rest];
}

function buildBench(catalogue: FieldCatalogue, devices: readonly Facts[]): { index: FactIndex; rows: BenchRow[] } {
  // The engine keeps the names of a fleet's object once they were asked for: not the index's memory.
  for (const facts of devices) Object.keys(facts);
  const before = heapBytes();
  // Keeps no conditions by itself, so that every evaluation is cold unless the filter is watched.
  const index = new FactIndex(catalogue, { now: FLEET_NOW, keptConditions: 0 });
  const building = cpuMs(() => {
    devices.forEach((facts, i) => {
      index.set(String(i), facts);
    });
  });
  const value = (heapBytes() - before) / devices.length;
  const name = `fact index of ${devices.length} devices`;
  const rows = [
    benchRow({
      name: `${name}, set one by one, memory per device`,
      value,
      unit: 'B',
      peer: 'the same facts as objects',
      peerValue: objectBytes(devices),
      limit: 'target',
      limitValue: 1024,
    }),
    benchRow({
      name: `${name}, set one by one, processor time`,
      value: building / 1000,
      unit: 's',
      peer: 'filled in bulk',
      peerValue: cpuMs(() => filledInBulk(catalogue, devices)) / 1000,
    }),
  ];
  return { index, rows };
}

function filledInBulk(catalogue: FieldCatalogue, devices: readonly Facts[]): FactIndex {
  const index = new FactIndex(catalogue, { now: FLEET_NOW, keptConditions: 0 });
  index.beginLoading();
  devices.forEach((facts, i) => {
    index.set(String(i), facts);
  });
  Array.from(index.settle());
  return index;
}

function objectBytes(devices: readonly Facts[]): number {
  const sample = Math.min(2000, devices.length);
  const before = heapBytes();
  // Through JSON, as facts come from storage, so that no strings are shared.
  const held = devices.slice(0, sample).map((facts) => JSON.parse(JSON.stringify(facts)) as Facts);
  const bytes = (heapBytes() - before) / sample;
  return held.length === sample ? bytes : Number.NaN;
}

/** All cases against all peers, one peer after the other, so that only one holds a copy of the fleet. */
async function casesBench(catalogue: FieldCatalogue, index: FactIndex, fleet: readonly Facts[]): Promise<BenchRow[]> {
  const limit = bareAlgebra(fleet.length);
  const own = FILTER_CASES.map((filter) => ownFigures(catalogue, index, filter));
  const devices = fleet.map((facts, i) => flatDevice(i, facts));
  const makers: readonly (() => FilterPeer | undefined | Promise<FilterPeer | undefined>)[] = [
    () => sqlitePeer(devices),
    () => postgresPeer(devices),
    // Seconds a filter, in proportion to the devices: there is nothing to learn from waiting for more of them.
    () => (fleet.length > DEVICES ? undefined : mingoPeer(devices)),
    () => (fleet.length > DEVICES ? undefined : siftPeer(devices)),
  ];
  const rows: BenchRow[] = [];
  for (const make of makers) {
    const peer = await make();
    if (!peer) continue;
    for (const { filter, ids, coldMs } of own) {
      const peerMs = await peerFigure(peer, filter, ids);
      rows.push(rateRow(`filter cold: ${filter.name} (${ids.length} devices)`, coldMs, peer.name, peerMs, limit));
    }
    await peer.close();
  }
  if (!rows.some(({ peer }) => peer.startsWith('PostgreSQL')) && fleet.length === DEVICES)
    process.stderr.write('filter: no PostgreSQL answers; its figures are left out\n');
  return [
    ...rows,
    ...own.map(({ filter, warmMs }) => rateRow(`filter warm: ${filter.name}`, warmMs, BARE, limit, limit)),
  ];
}

interface OwnFigures {
  readonly filter: FilterCase;
  /** Of the devices found, ascending. */
  readonly ids: readonly number[];
  readonly coldMs: number;
  readonly warmMs: number;
}

function ownFigures(catalogue: FieldCatalogue, index: FactIndex, filter: FilterCase): OwnFigures {
  const compiled = compileFilter(catalogue, filter.filter);
  const evaluate = () => index.evaluate(compiled, { now: FLEET_NOW });
  const ids = [...evaluate()].map(Number).sort((a, b) => a - b);
  const coldMs = medianMs(evaluate, 21);
  const watched = index.watch('bench', compiled).count;
  if (watched !== ids.length || evaluate().count !== watched) {
    throw new Error(`${filter.name}: finds ${watched} when watched, not ${ids.length}`);
  }
  const warmMs = medianMs(evaluate, 51);
  index.unwatch('bench');
  return { filter, ids, coldMs, warmMs };
}

async function peerFigure(peer: FilterPeer, filter: FilterCase, ids: readonly number[]): Promise<number> {
  const ask = peer.prepare(filter);
  const answer = ask();
  const found = [...(await answer)].sort((a, b) => a - b);
  if (found.join() !== ids.join())
    throw new Error(`${filter.name}: ${peer.name} finds ${found.length} devices, not ${ids.length}`);
  return answer instanceof Promise ? medianWallMs(ask, peer.samples) : medianMs(ask, peer.samples);
}

/** Two ANDs over three bitmaps of the fleet's size into a fresh one: what no engine can do without. */
function bareAlgebra(devices: number): number {
  const bitmap = (seed: number): Uint32Array =>
    Uint32Array.from({ length: Math.ceil(devices / 32) }, (_, i) => Math.imul(i + 1, seed) >>> 0);
  const [a, b, c] = [bitmap(0x9e3779b1), bitmap(0x85ebca6b), bitmap(0xc2b2ae35)];
  return medianMs(() => {
    const result = a.slice();
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) & (b[i] as number);
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) & (c[i] as number);
    return result;
  }, 51);
}

/** Rates rather than times, so that a ratio tells how many times faster. */
function rateRow(name: string, ms: number, peer: string, peerMs: number, limitMs: number): BenchRow {
  const rate = (time: number): number => 1000 / time;
  return benchRow({
    name,
    value: rate(ms),
    unit: '1/s',
    peer,
    peerValue: rate(peerMs),
    limit: BARE,
    limitValue: rate(limitMs),
  });
}

/** The geometric mean over all filters for each peer. */
function summary(rows: readonly BenchRow[], devices: number): BenchRow[] {
  const mean = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  return [...new Set(rows.map(({ peer }) => peer))].map((peer) => {
    const own = rows.filter((candidate) => candidate.peer === peer);
    const of = (pick: (row: BenchRow) => number): number => mean(own.map(pick));
    return benchRow({
      name: `filter of 3 conditions, ${peer === BARE ? 'warm' : 'cold'}, ${devices} devices, mean of ${own.length}`,
      value: of(({ value }) => value),
      unit: '1/s',
      peer,
      peerValue: of(({ peerValue }) => peerValue),
      limit: BARE,
      limitValue: of(({ limitValue }) => limitValue ?? Number.NaN),
    });
  });
}
