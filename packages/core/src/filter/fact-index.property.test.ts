import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CompiledFilter, compileFilter } from './compile-filter.js';
import { FactIndex, type MembershipEvent } from './fact-index.js';
import type { Facts } from './facts.js';
import { DAY_MS } from './predicate.js';
import { ReferenceEvaluator } from './reference-evaluator.js';
import { arbitraryFacts, arbitraryFilter, NOW } from './test-support/arbitraries.js';
import { testCatalogue } from './test-support/test-catalogue.js';

const catalogue = testCatalogue();

test('gives the devices of the reference evaluator: 2,000 devices, 2,000 filters', { timeout: 180_000 }, () => {
  const devices = fc.sample(arbitraryFacts(catalogue), { numRuns: 2000, seed: 5 });
  const filters = fc.sample(arbitraryFilter(catalogue), { numRuns: 2000, seed: 7 });
  const favourites = new Set(devices.flatMap((_, i) => (i % 7 === 0 ? [`d${i}`] : [])));
  const index = new FactIndex(catalogue, { now: NOW });
  const expected = filters.map((): string[] => []);
  devices.forEach((facts, i) => {
    index.set(`d${i}`, facts);
    const favourite = favourites.has(`d${i}`);
    const reference = new ReferenceEvaluator(catalogue, facts, { now: NOW, favourite });
    filters.forEach((filter, number) => {
      if (reference.matches(filter)) expected[number]?.push(`d${i}`);
    });
  });
  let selective = 0;
  filters.forEach((filter, number) => {
    const found = index.evaluate(compileFilter(catalogue, filter), { now: NOW, favourites });
    const wanted = expected[number] ?? [];
    expect([...found.ids()].join(), JSON.stringify(filter)).toBe(wanted.join());
    if (wanted.length > 0 && wanted.length < devices.length) selective++;
  });
  // The comparison means something only if most filters tell devices apart.
  expect(selective).toBeGreaterThan(1000);
});

type Step =
  | { readonly do: 'set' | 'patch'; readonly device: number; readonly facts: Facts }
  | { readonly do: 'delete'; readonly device: number }
  | { readonly do: 'advance'; readonly days: number };

const device = fc.nat({ max: 11 });
const facts = arbitraryFacts(catalogue);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant<'set'>('set'), device, facts }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant<'patch'>('patch'), device, facts }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant<'delete'>('delete'), device }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant<'advance'>('advance'), days: fc.constantFrom(0.5, 1, 29, 31, -2) }),
  },
);

/** The fleet in plain code beside the index. */
class Fleet {
  readonly index: FactIndex;
  readonly facts = new Map<string, Facts>();
  now = NOW;

  constructor(atOneGoNs?: number, keptConditions = 256) {
    this.index = new FactIndex(catalogue, {
      now: NOW,
      keptConditions,
      ...(atOneGoNs !== undefined && { atOneGoNs }),
    });
  }

  apply(step: Step): readonly MembershipEvent[] {
    if (step.do === 'advance') {
      this.now += step.days * DAY_MS;
      return this.index.advance(this.now);
    }
    const id = `d${step.device}`;
    if (step.do === 'delete') {
      this.facts.delete(id);
      return this.index.delete(id);
    }
    const known = this.facts.get(id);
    if (step.do === 'set' || known === undefined) {
      this.facts.set(id, step.facts);
      return this.index.set(id, step.facts);
    }
    this.facts.set(id, { ...known, ...step.facts });
    return this.index.patch(id, step.facts);
  }

  expected(filter: CompiledFilter): string[] {
    return [...this.facts]
      .filter(([, facts]) =>
        new ReferenceEvaluator(catalogue, facts, { now: this.now, favourite: false }).matches(filter.source),
      )
      .map(([id]) => id)
      .sort();
  }
}

describe('after any sequence of changes', () => {
  const filters = fc.array(arbitraryFilter(catalogue), { minLength: 1, maxLength: 6 });

  test('replayed membership events equal the final state, and each event is a change', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 8 }),
        filters,
        fc.array(step, { maxLength: 25 }),
        (before, nodes, after) => {
          const fleet = new Fleet();
          for (const change of before) fleet.apply(change);
          const watched = nodes
            .map((node) => compileFilter(catalogue, node))
            .filter(({ readsFavourites }) => !readsFavourites)
            .map((filter, i) => ({ id: `f${i}`, filter, members: new Set(fleet.index.watch(`f${i}`, filter)) }));
          for (const change of after) {
            for (const { filterId, deviceId, kind } of fleet.apply(change)) {
              const members = watched.find(({ id }) => id === filterId)?.members;
              expect(members?.has(deviceId)).toBe(kind === 'left');
              if (kind === 'entered') members?.add(deviceId);
              else members?.delete(deviceId);
            }
            for (const { id, filter, members } of watched) {
              const expected = fleet.expected(filter);
              expect([...members].sort()).toEqual(expected);
              expect([...(fleet.index.members(id) ?? [])].sort()).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });

  test('filters prepared in steps, while devices change, give what they give at one go', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 8 }),
        filters,
        fc.array(step, { maxLength: 12 }),
        fc.nat(3),
        (before, nodes, meanwhile, pace) => {
          const fleet = new Fleet(0);
          for (const change of before) fleet.apply(change);
          const changes = [...meanwhile];
          for (const node of [...nodes, ...nodes]) {
            const filter = compileFilter(catalogue, node);
            const steps = fleet.index.holding(filter, () => fleet.index.evaluate(filter, { now: fleet.now }));
            let found = steps.next();
            for (let i = 0; !found.done; i++) {
              const change = i % (pace + 1) === 0 ? changes.pop() : undefined;
              if (change) fleet.apply(change);
              found = steps.next();
            }
            expect([...found.value].sort()).toEqual(fleet.expected(filter));
          }
        },
      ),
      { numRuns: 300, seed: 17 },
    );
  });

  test('filters prepared at once, and watched, edited or given up, tell and hold what the facts say', () => {
    // So that they share conditions.
    const few = fc.array(arbitraryFilter(catalogue), { minLength: 1, maxLength: 2 });
    const act = fc.record({
      do: fc.constantFrom('change', 'prepare', 'prepare', 'go on', 'go on', 'go on', 'give up', 'unwatch'),
      number: fc.nat(5),
      step,
    });
    fc.assert(
      fc.property(fc.constantFrom(0, 3, 256), few, fc.array(act, { maxLength: 90 }), (kept, nodes, acts) => {
        const fleet = new Fleet(0, kept);
        const compiled = nodes.map((node) => compileFilter(catalogue, node));
        const believed = new Map<string, { readonly filter: CompiledFilter; readonly members: Set<string> }>();
        const running: Generator<void, void, undefined>[] = [];
        const prepare = (id: string, filter: CompiledFilter) =>
          fleet.index.holding(filter, () => {
            const found = filter.readsFavourites
              ? fleet.index.evaluate(filter, { now: fleet.now })
              : fleet.index.watch(id, filter);
            expect([...found].sort()).toEqual(fleet.expected(filter));
            if (!filter.readsFavourites) believed.set(id, { filter, members: new Set(found) });
          });
        for (const { do: what, number, step } of acts) {
          const at = number % Math.max(running.length, 1);
          const id = `f${number % 3}`;
          if (what === 'prepare') running.push(prepare(id, compiled[number % compiled.length] as CompiledFilter));
          else if (what === 'go on' && running[at]?.next().done) running.splice(at, 1);
          else if (what === 'give up') running.splice(at, 1)[0]?.return();
          else if (what === 'unwatch' && believed.delete(id)) fleet.index.unwatch(id);
          for (const { filterId, deviceId, kind } of what === 'change' ? fleet.apply(step) : []) {
            const members = believed.get(filterId)?.members;
            expect(members?.has(deviceId)).toBe(kind === 'left');
            if (kind === 'entered') members?.add(deviceId);
            else members?.delete(deviceId);
          }
          for (const { filter, members } of believed.values())
            expect([...members].sort()).toEqual(fleet.expected(filter));
        }
      }),
      { numRuns: 300, seed: 23 },
    );
  });

  test('kept conditions give what fresh ones give', () => {
    fc.assert(
      fc.property(filters, fc.array(step, { maxLength: 25 }), (nodes, steps) => {
        const fleet = new Fleet();
        const compiled = nodes.map((node) => compileFilter(catalogue, node));
        for (const change of steps) {
          fleet.apply(change);
          for (const filter of compiled) {
            const found = fleet.index.evaluate(filter, { now: fleet.now });
            expect([...found].sort()).toEqual(fleet.expected(filter));
            for (const id of fleet.facts.keys()) {
              expect(fleet.index.match(filter, id, { now: fleet.now })).toBe(found.has(id));
              expect(fleet.index.explain(filter, id, { now: fleet.now }).matched).toBe(found.has(id));
            }
          }
        }
      }),
      { numRuns: 120, seed: 13 },
    );
  });
});
