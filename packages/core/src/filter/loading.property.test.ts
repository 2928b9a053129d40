import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFilter } from './compile-filter.js';
import { FactIndex } from './fact-index.js';
import type { Facts } from './facts.js';
import { arbitraryFacts, arbitraryFilter, NOW } from './test-support/arbitraries.js';
import { testCatalogue } from './test-support/test-catalogue.js';

const catalogue = testCatalogue();
const KEYS = [...catalogue.list().map(({ id }) => id), ...catalogue.lists()];
const fleet = fc.array(arbitraryFacts(catalogue), { maxLength: 30 });

function filled(devices: readonly Facts[]): FactIndex {
  const index = new FactIndex(catalogue, { now: NOW });
  devices.forEach((facts, i) => {
    index.set(`d${i}`, facts);
    index.stamp(`d${i}`, i + 1);
  });
  return index;
}

function settled(index: FactIndex): FactIndex {
  Array.from(index.settle());
  return index;
}

/** All that two indexes can say of the same devices, whatever rows these have. */
function expectSame(index: FactIndex, other: FactIndex, filters: Parameters<typeof compileFilter>[1][]): void {
  expect(other.size).toBe(index.size);
  for (const id of index.all()) {
    expect(sorted(other.facts(id))).toEqual(sorted(index.facts(id)));
    expect(other.stampOf(id)).toBe(index.stampOf(id));
  }
  for (const filter of filters) {
    const compiled = compileFilter(catalogue, filter);
    const found = [...other.evaluate(compiled, { now: NOW })].sort();
    expect(found, JSON.stringify(filter)).toEqual([...index.evaluate(compiled, { now: NOW })].sort());
  }
}

const sorted = (facts: Facts = {}) =>
  Object.fromEntries(
    Object.entries(facts).map(([id, value]) => [
      id,
      Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value,
    ]),
  );

test('an index read in bulk, or restored from a block, is the same as one filled device by device', {
  timeout: 180_000,
}, () => {
  const filters = fc.array(arbitraryFilter(catalogue), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fleet, fleet, filters, fc.array(fc.nat(40)), (devices, later, asked, gone) => {
      const index = filled(devices);
      const bulk = new FactIndex(catalogue, { now: NOW });
      bulk.beginLoading();
      // Some devices are read twice, some come and go while it is read.
      for (const i of gone) bulk.set(`d${i}`, later[0] ?? {});
      for (const i of gone) if (i >= devices.length) bulk.delete(`d${i}`);
      devices.forEach((facts, i) => {
        bulk.set(`d${i}`, facts);
        bulk.stamp(`d${i}`, i + 1);
      });
      expectSame(index, settled(bulk), asked);

      const restored = new FactIndex(catalogue, { now: NOW });
      restored.beginLoading();
      const steps = restored.restore(JSON.parse(JSON.stringify(index.pack(0, KEYS))));
      while (!steps.next().done) expect(restored.size).toBe(index.size);
      expectSame(index, settled(restored), asked);

      for (const one of [index, bulk, restored]) {
        for (const i of gone) one.delete(`d${i}`);
        later.forEach((facts, i) => {
          one.set(`d${2 * i}`, facts);
        });
      }
      expectSame(index, bulk, asked);
      expectSame(index, restored, asked);
    }),
    { numRuns: 60, seed: 3 },
  );
});

test('large lists of rows come out as if each had been added', () => {
  // Several shards of rows, with values that one row, a few and most rows hold.
  const facts = (i: number): Facts => ({
    'os.name': `t${i % 1000}`,
    'device.tags': [`m${i}`, `all`, `of ${i % 3}`],
    software: [{ name: `p${i % 50_000}`, version: '1' }],
  });
  const devices = Array.from({ length: 70_000 }, (_, i) => facts(i));
  const bulk = new FactIndex(catalogue, { now: NOW });
  bulk.beginLoading();
  devices.forEach((own, i) => {
    bulk.set(`d${i}`, own);
  });
  settled(bulk);
  const index = filled(devices);
  for (const field of ['os.name', 'device.tags', 'software.name']) {
    for (const term of ['t7', 'm69999', 'all', 'of 1', 'p3', '9']) {
      for (const condition of ['equals', 'contains'] as const) {
        const filter = compileFilter(catalogue, { field, condition, term });
        expect(bulk.evaluate(filter, { now: NOW }).count).toBe(index.evaluate(filter, { now: NOW }).count);
      }
    }
  }
});

test('a block holds what is stamped, and tells which blocks changed', () => {
  const index = filled([{}, {}, {}]);
  index.stamp('d1', 0);
  expect(index.pack(0, KEYS).devices).toEqual(['d0', 'd2']);
  expect(index.changedBlocks(1)).toEqual([]);
  index.stamp('d0', 1);
  expect(index.changedBlocks(1)).toEqual([]);
  index.stamp('d0', 9);
  index.delete('d2');
  expect(index.changedBlocks(2)).toEqual([0]);
  expect(index.changedBlocks(3)).toEqual([]);
});
