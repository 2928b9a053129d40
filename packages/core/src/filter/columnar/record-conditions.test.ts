import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LiveCondition } from './live-condition.js';
import { RecordConditions } from './record-conditions.js';

/** A condition that some records fulfil, and how often it was asked. */
class Fake {
  asked = 0;
  readonly live: LiveCondition;

  constructor(readonly fulfils: (record: number) => boolean) {
    const concernedBy = (record: number) => {
      this.asked++;
      return fulfils(record);
    };
    this.live = { concernedBy, renumbered: () => undefined } as unknown as LiveCondition;
  }
}

test('names the conditions that a change concerns, whichever came and went', () => {
  const step = fc.record({
    do: fc.constantFrom('add', 'delete', 'change', 'renumber'),
    one: fc.nat(9),
    other: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const conditions = new RecordConditions<Fake>();
      const present: Fake[] = [];
      for (const { do: what, one, other } of steps) {
        const fake = new Fake((record) => (record + one) % 3 === 0);
        if (what === 'add') conditions.add(present[present.push(fake) - 1] ?? fake);
        else if (what === 'renumber') conditions.renumbered(new Int32Array());
        else if (what === 'delete') for (const gone of present.splice(one, 1)) conditions.delete(gone);
        else {
          const found = conditions.concernedBy({ added: [one], removed: [other] });
          expect(found).toEqual(new Set(present.filter(({ fulfils }) => fulfils(one) || fulfils(other))));
        }
      }
    }),
    { seed: 1 },
  );
});

test('a condition that comes or goes has no other one asked again', () => {
  const conditions = new RecordConditions<Fake>();
  const lasting = new Fake((record) => record === 1);
  conditions.add(lasting);
  for (let i = 0; i < 60; i++) {
    const passing = new Fake(() => false);
    conditions.add(passing);
    expect(conditions.concernedBy({ added: [1, 2], removed: [] })).toEqual(new Set([lasting]));
    conditions.delete(passing);
  }
  expect(lasting.asked).toBe(2);
});
