import { canonicalJson, isRmmError } from '@rmm/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEES_ALL } from '../../access/access.js';
import { explainPolicies } from '../explain-policies.js';
import { planChange } from '../plan-change.js';
import type { PolicyRow } from '../policy-models.js';
import { affectedDevices } from './affected-devices.js';
import { documentHash } from './document-hash.js';
import { PolicyWorld } from './policy-world.js';
import { resolvePolicies } from './resolve-policies.js';
import type { PlainSettings } from './test-support/plain-system.js';
import {
  DEVICES,
  FILTERS,
  filter,
  level,
  POLICIES,
  policyType,
  type Step,
  step,
  terms,
} from './test-support/policy-steps.js';
import { type SteppedServer, steppedServer } from './test-support/stepped-server.js';
import type { Beginning, SteppedSystem } from './test-support/stepped-system.js';

let server: SteppedServer;
beforeAll(async () => {
  server = await steppedServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const policies: fc.Arbitrary<PolicyRow[]> = fc.tuple(...POLICIES.map((id, i) => policyRow(id, i)));

function policyRow(id: string, number: number): fc.Arbitrary<PolicyRow> {
  return fc
    .record({
      terms,
      deployed: fc.option(terms, { freq: 5 }),
      level,
      type: policyType,
      createdAt: fc.constantFrom(1, 2),
    })
    .map((row) => ({
      ...row,
      id,
      name: `Policy ${id}`,
      description: '',
      profileId: row.level === 'profile' ? (['a', 'b', 'c'][number % 3] as string) : '',
      deviceId: row.level === 'device' ? (DEVICES[number % 5] as string) : '',
      updatedAt: 1,
      deployedAt: 1,
    }));
}

const beginning: fc.Arbitrary<Beginning> = fc.record({
  policies,
  grouped: fc.subarray(DEVICES),
  filters: fc.tuple(filter, filter, filter).map((nodes) =>
    FILTERS.map((id, i) => ({
      id,
      profileId: id === 'f-of-a' ? 'a' : '',
      scope: id === 'f-scoped' ? ['a', 'b'] : null,
      filter: nodes[i] as (typeof nodes)[0],
    })),
  ),
});

const text = (value: unknown): string => canonicalJson(value);
const documents = (all: ReadonlyMap<string, PlainSettings>) =>
  Object.fromEntries([...all].map(([id, { document }]) => [id, document]));

/** The resolution of some devices, checked within itself, as documents by device. */
function resolved(world: PolicyWorld, within?: readonly string[]) {
  const all = resolvePolicies(world, within && world.targets.facts.of(within));
  const found = Object.fromEntries([...all].map(([id, { document }]) => [id, document]));
  expect(all.devices.count).toBe(Object.keys(found).length);
  for (const [id, { document, hash }] of all) {
    expect(all.of(id)?.hash).toBe(hash);
    expect(hash).toBe(documentHash(document));
  }
  const shown = all.classes.map(({ document }) => text(document));
  expect(new Set(shown).size).toBe(shown.length);
  expect(new Set(all.classes.map(({ hash }) => hash)).size).toBe(shown.length);
  return found;
}

function checkExplanation(world: PolicyWorld, { plain }: SteppedSystem, deviceId: string): void {
  const explained = explainPolicies(world, deviceId, SEES_ALL);
  const found = plain.settings(deviceId);
  const shown = explained.types.map(({ type, settings }) => [
    type,
    Object.fromEntries(settings.map(({ field, value }) => [field, value])),
  ]);
  expect(text(Object.fromEntries(shown))).toBe(text(found?.document ?? {}));
  for (const { type, settings } of explained.types) {
    for (const { field, sources, overrode } of settings) {
      const names = sources.map(({ policyId, policyName }) => `${policyId} ${policyName}`);
      expect([...new Set(names)].map((name) => name.slice(name.indexOf(' ') + 1))).toEqual(found?.from[type]?.[field]);
      for (const { policyId } of overrode)
        expect(explained.policies.find((row) => row.policyId === policyId)?.applies).toBe(true);
    }
  }
  const device = plain.devices.get(deviceId);
  for (const { policyId, applies, reason, targets } of explained.policies) {
    const row = plain.policies.get(policyId);
    const known = row?.type !== 'of-no-plugin' && device?.state === 'active';
    expect(applies, reason).toBe(Boolean(known && row?.deployed && device && plain.holds(row, row.deployed, device)));
    const held =
      (row?.deployed ?? row?.terms)?.targets.filter((target) => device && plain.inTarget(target, device)) ?? [];
    if (device?.state === 'active') expect(targets.map(({ kind, id }) => ({ kind, id }))).toEqual(held);
  }
}

/** By device: each setting that differs, with the names of those who decide it. */
function difference(before: ReadonlyMap<string, PlainSettings>, after: ReadonlyMap<string, PlainSettings>) {
  const found: Record<string, unknown> = {};
  for (const [id, is] of after) {
    const was = before.get(id) ?? { document: {}, from: {} };
    const changes: unknown[] = [];
    for (const type of ['watch', 'agent']) {
      for (const field of ['depth', 'level', 'list', 'mode', 'monitors', 'tags']) {
        const [old, now] = [was.document[type]?.[field], is.document[type]?.[field]];
        if (text(old) === text(now) && (old === undefined) === (now === undefined)) continue;
        changes.push({
          type,
          field,
          before: old,
          after: now,
          beforeFrom: was.from[type]?.[field] ?? [],
          afterFrom: is.from[type]?.[field] ?? [],
        });
      }
    }
    if (changes.length > 0) found[id] = changes;
  }
  return found;
}

function plannedDifference(system: SteppedSystem, change: Step) {
  const profile = 'profileId' in change ? system.plain.profiles.get(change.profileId ?? '') : undefined;
  const world = PolicyWorld.of(system.sources());
  const plan = planChange(world, change as Parameters<typeof planChange>[1], {
    now: system.plain.now,
    ...(profile && { profile: { name: profile.name, description: profile.description } }),
  });
  expect(plan.items).toHaveLength(plan.devices);
  expect(plan.changes.reduce((sum, { devices }) => sum + devices, 0)).toBe(plan.devices);
  const settings = new Map(plan.changes.map((way) => [way.id, way.settings.map(({ label: _label, ...rest }) => rest)]));
  expect(new Set([...settings.values()].map(text)).size).toBe(settings.size);
  return Object.fromEntries(plan.items.map((item) => [item.deviceId, settings.get(item.change)]));
}

const PLANNED = new Set(['save', 'remove', 'push', 'switch', 'filter', 'group', 'move']);

function canBePlanned({ plain }: SteppedSystem, change: Step): boolean {
  if (!PLANNED.has(change.kind)) return false;
  const ids = [
    ...('policyId' in change ? [change.policyId] : []),
    ...('policyIds' in change ? (change.policyIds ?? []) : []),
  ];
  return ids.every((id) => id === undefined || plain.policies.has(id));
}

test('engine, explanations and plans equal the plain meaning after any sequence of changes', async () => {
  await fc.assert(
    fc.asyncProperty(
      beginning,
      fc.array(fc.tuple(step, fc.subarray(DEVICES)), { maxLength: 12 }),
      async (rows, steps) => {
        const system = await server.begin(rows);
        for (const [change, within] of steps) {
          const before = system.plain.all();
          const world = PolicyWorld.of(system.sources());
          let plan: Record<string, unknown> | undefined;
          try {
            if (canBePlanned(system, change)) plan = plannedDifference(system, change);
          } catch (error) {
            // A device of another Profile in a group of a Profile: the change is refused too.
            if (change.kind === 'group' && isRmmError(error, 'INVALID_INPUT')) continue;
            throw error;
          }
          await system.apply(change);
          const after = system.plain.all();
          if (plan) expect(text(plan)).toBe(text(difference(before, after)));
          const now = PolicyWorld.of(system.sources());
          expect(text(resolved(now))).toBe(text(documents(after)));
          const some = new Map([...after].filter(([id]) => within.includes(id)));
          expect(text(resolved(now, within))).toBe(text(documents(some)));
          const alone = PolicyWorld.of({ ...system.sources(), only: within });
          expect(text(resolved(alone))).toBe(text(documents(some)));
          for (const id of within) checkExplanation(alone, system, id);
          if (['save', 'remove', 'push', 'switch', 'monitoring'].includes(change.kind)) {
            const touched = affectedDevices(world, now);
            for (const id of Object.keys(difference(before, after))) expect(touched.has(id)).toBe(true);
          }
        }
      },
    ),
    { numRuns: 60, seed: 22 },
  );
}, 180_000);
