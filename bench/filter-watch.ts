import { compileFilter } from '../packages/core/src/filter/compile-filter.js';
import type { FactIndex } from '../packages/core/src/filter/fact-index.js';
import type { Facts } from '../packages/core/src/filter/facts.js';
import type { FieldCatalogue } from '../packages/core/src/filter/field-catalogue.js';
import type { FilterNode } from '../packages/core/src/filter/filter-node.js';
import { type BenchRow, benchRow } from './bench-row.js';
import { FLEET_NOW } from './generate-fleet.js';
import { medianMs } from './measure.js';
import { SeededRandom } from './seeded-random.js';

const FILTERS = 1000;
const AUDITED = 100;

/** One device's change with 1,000 watched filters, the clock's step with them, and sorted pages. */
export function watchBench(catalogue: FieldCatalogue, index: FactIndex, devices: number): BenchRow[] {
  const random = new SeededRandom(7);
  const pages = pageBench(index);
  const filters = Array.from({ length: FILTERS }, (_, i) => compileFilter(catalogue, someFilter(random, i)));
  filters.forEach((filter, i) => {
    index.watch(`filter-${i}`, filter);
  });
  let turn = 0;
  const change = (facts: (turn: number) => Facts) => () => {
    turn++;
    index.patch(String((turn * 7919) % devices), facts(turn));
  };
  const small = medianMs(
    change((i) => ({ 'disk.freeGb': i % 500, 'device.lastUser': `user${i}` })),
    2000,
  );
  // Devices with 50 packages, of which each audit finds two in another version.
  const software = (turn: number): Facts => ({
    software: Array.from({ length: 50 }, (_, k) => ({
      name: `Open package ${5 * k + 2}`,
      version: `1.${(turn + k) % 25 === 0 ? (turn % 3) + 2 : 1}`,
    })),
  });
  for (let i = 0; i < AUDITED; i++) index.patch(String(i), software(i));
  const audit = medianMs(() => {
    turn++;
    index.patch(String(turn % AUDITED), {
      ...software(turn),
      'disk.freeGb': turn % 300,
      'device.lastAudit': FLEET_NOW + turn,
    });
  }, 51);
  let now = FLEET_NOW;
  const clock = medianMs(() => {
    now += 60_000;
    index.advance(now);
  }, 31);
  for (let i = 0; i < FILTERS; i++) index.unwatch(`filter-${i}`);
  index.advance(FLEET_NOW);
  return [
    ...pages,
    timeRow('two facts of a device change, 1,000 watched filters', small * 1000, 'µs', 100),
    timeRow('audit of a device, 50 packages of which 2 to 4 changed, 1,000 watched filters', audit * 1000, 'µs', 100),
    timeRow('clock moves a minute, 1,000 watched filters', clock, 'ms', 10),
  ];
}

function pageBench(index: FactIndex): BenchRow[] {
  const page = (sortBy: string, search?: string) => () =>
    index.page({ sortBy, offset: 50_000, limit: 100, ...(search !== undefined && { search }) });
  return [
    timeRow('page of 100 of 100,000 in the middle, by hostname', medianMs(page('device.hostname'), 9), 'ms', 10),
    timeRow('page of 100 of 100,000 in the middle, by free disk', medianMs(page('disk.freeGb'), 9), 'ms', 10),
    timeRow('page of 100, searched in all text fields', medianMs(page('os.name', '12'), 9), 'ms', 10),
  ];
}

function timeRow(name: string, value: number, unit: string, target: number): BenchRow {
  return benchRow({ name, value, unit, peer: 'target', peerValue: target });
}

/** Filters as an administrator of many customers has them: a few hundred distinct conditions among them. */
function someFilter(random: SeededRandom, i: number): FilterNode {
  const conditions: readonly (() => FilterNode)[] = [
    () => ({ field: 'profile.name', condition: 'equals', term: `Customer ${random.int(400)}` }),
    () => ({ field: 'os.name', condition: 'contains', term: random.pick(['server', '11', '2019', 'ubuntu', 'mac']) }),
    () => ({ field: 'disk.freeGb', condition: '<', term: 1 + random.int(50) }),
    () => ({ field: 'device.lastSeen', condition: 'olderThanDays', term: random.pick([7, 30, 60, 90]) }),
    () => ({ field: 'device.lastAudit', condition: 'withinDays', term: random.pick([1, 7, 30]) }),
    () => ({ field: 'software.name', condition: 'contains', term: `package ${random.int(300)}` }),
    () => ({
      some: 'software',
      all: [
        { field: 'software.name', condition: 'equals', term: `Open package ${random.int(60) * 5 + 2}` },
        { field: 'software.version', condition: 'versionBelow', term: `1.${random.int(4)}` },
      ],
    }),
    () => ({ field: 'device.type', condition: 'equals', term: random.pick(['server', 'laptop', 'workstation']) }),
    () => ({ field: 'device.lastUser', condition: 'startsWith', term: `user${random.int(100)}` }),
    () => ({ field: 'hardware.memoryGb', condition: '>=', term: random.pick([8, 16, 32]) }),
  ];
  const nodes = Array.from({ length: 3 }, () => random.pick(conditions)());
  return i % 3 === 0 ? { any: nodes } : { all: nodes };
}
