import { compileFilter } from '../packages/core/src/filter/compile-filter.js';
import { CORE_FIELDS } from '../packages/core/src/filter/core-fields.js';
import { FactIndex } from '../packages/core/src/filter/fact-index.js';
import type { Facts } from '../packages/core/src/filter/facts.js';
import { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import { type BenchRow, benchRow } from './bench-row.js';
import { FILTER_CASES, type FilterCase } from './filter-cases.js';
import { type FilterPeer, flatDevice, mingoPeer, siftPeer, sqlitePeer } from './filter-peers.js';
import { watchBench } from './filter-watch.js';
import { FLEET_NOW, FleetGenerator } from './generate-fleet.js';
import { cpuMs, heapBytes, medianMs } from './measure.js';

const DEVICES = 100_000;
const BATCH = 1000;
const PACKAGES: readonly [number, number] = [5, 15];
const SEED = 42;
const BARE = 'bare bitmap AND';

/** Filters over 100,000 generated devices, cold and warm, against other engines; results are compared first. */
export async function filterBench(): Promise<BenchRow[]> {
  const catalogue = new FieldCatalogue(CORE_FIELDS);
  const { index, rows } = buildBench(catalogue);
  const generator = new FleetGenerator(SEED, PACKAGES);
  const devices = Array.from({ length: DEVICES }, (_, i) => flatDevice(i, generator.device(i)));
  const peers = [sqlitePeer(devices), mingoPeer(devices), siftPeer(devices)];
  for (const filter of FILTER_CASES) rows.push(...caseBench(catalogue, filter, index, peers));
  for (const peer of peers) peer.close();
  rows.push(...watchBench(catalogue, index, DEVICES));
  return [...summary(rows, peers), ...rows];
}

function buildBench(catalogue: FieldCatalogue): { index: FactIndex; rows: BenchRow[] } {
  // Keeps no conditions by itself, so that every evaluation is cold unless the filter is watched.
  const index = new FactIndex(catalogue, { now: FLEET_NOW, keptConditions: 0 });
  const generator = new FleetGenerator(SEED, PACKAGES);
  const before = heapBytes();
  let building = 0;
  for (let first = 0; first < DEVICES; first += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => generator.device(first + i));
    building += cpuMs(() => {
      batch.forEach((facts, i) => {
        index.set(String(first + i), facts);
      });
    });
  }
  const perDevice = (heapBytes() - before) / DEVICES;
  const objects = objectBytes();
  return {
    index,
    rows: [
      benchRow({
        name: 'fact index, memory per device',
        value: perDevice,
        unit: 'B',
        peer: 'the same facts as objects',
        peerValue: objects,
      }),
      benchRow({
        name: `fact index, build of ${DEVICES} devices, processor time`,
        value: building / 1000,
        unit: 's',
        peer: 'target',
        peerValue: 5,
      }),
    ],
  };
}

function objectBytes(): number {
  const sample = 5000;
  const generator = new FleetGenerator(SEED, PACKAGES);
  const before = heapBytes();
  // Through JSON, as facts come from storage, so that no strings are shared.
  const held = Array.from({ length: sample }, (_, i) => JSON.parse(JSON.stringify(generator.device(i))) as Facts);
  const bytes = (heapBytes() - before) / sample;
  return held.length === sample ? bytes : Number.NaN;
}

function caseBench(
  catalogue: FieldCatalogue,
  filter: FilterCase,
  index: FactIndex,
  peers: readonly FilterPeer[],
): BenchRow[] {
  const compiled = compileFilter(catalogue, filter.filter);
  const ids = [...index.evaluate(compiled, { now: FLEET_NOW })].map(Number).sort((a, b) => a - b);
  const limit = bareAlgebra();
  const coldMs = medianMs(() => index.evaluate(compiled, { now: FLEET_NOW }), 21);
  const watched = index.watch('bench', compiled).count;
  if (watched !== ids.length || index.evaluate(compiled, { now: FLEET_NOW }).count !== watched) {
    throw new Error(`${filter.name}: finds ${watched} when watched, not ${ids.length}`);
  }
  const warmMs = medianMs(() => index.evaluate(compiled, { now: FLEET_NOW }), 51);
  index.unwatch('bench');
  const rows = peers.map((peer) => {
    const ask = peer.prepare(filter);
    const found = [...ask()].sort((a, b) => a - b);
    if (found.join() !== ids.join())
      throw new Error(`${filter.name}: ${peer.name} finds ${found.length}, not ${ids.length}`);
    const peerMs = medianMs(ask, peer.name.startsWith('SQLite') ? 9 : 1);
    return rateRow(`filter cold: ${filter.name} (${ids.length} devices)`, coldMs, peer.name, peerMs, limit);
  });
  return [...rows, rateRow(`filter warm: ${filter.name}`, warmMs, BARE, limit, limit)];
}

/** Two ANDs over three bitmaps of the fleet's size into a fresh one: what no engine can do without. */
function bareAlgebra(): number {
  const bitmap = (seed: number): Uint32Array =>
    Uint32Array.from({ length: DEVICES / 32 }, (_, i) => Math.imul(i + 1, seed) >>> 0);
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
function summary(rows: readonly BenchRow[], peers: readonly FilterPeer[]): BenchRow[] {
  const mean = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  return [...peers.map(({ name }) => name), BARE].map((peer) => {
    const own = rows.filter((candidate) => candidate.peer === peer && candidate.name.startsWith('filter '));
    const of = (pick: (row: BenchRow) => number): number => mean(own.map(pick));
    return benchRow({
      name: `filter of 3 conditions, ${peer === BARE ? 'warm' : 'cold'}, ${DEVICES} devices, mean of ${own.length}`,
      value: of(({ value }) => value),
      unit: '1/s',
      peer,
      peerValue: of(({ peerValue }) => peerValue),
      limit: BARE,
      limitValue: of(({ limitValue }) => limitValue ?? Number.NaN),
    });
  });
}
