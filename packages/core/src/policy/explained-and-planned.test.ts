import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEES_ALL } from '../access/access.js';
import { explainPolicies } from './explain-policies.js';
import { planChange } from './plan-change.js';
import type { PolicyRow, PolicyTarget, PolicyTerms } from './policy-models.js';
import { PolicyWorld } from './resolve/policy-world.js';
import { resolvePolicies } from './resolve/resolve-policies.js';
import { DEVICES } from './resolve/test-support/policy-steps.js';
import { type SteppedServer, steppedServer } from './resolve/test-support/stepped-server.js';

let server: SteppedServer;
beforeAll(async () => {
  server = await steppedServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const SERVERS: PolicyTarget = { kind: 'filter', id: 'default-type-server' };
const GROUP_OF_A: PolicyTarget = { kind: 'group', id: 'g-of-a' };
const IN_GROUP_OF_A: PolicyTarget = { kind: 'filter', id: 'f-system' };

type Wanted = Partial<Omit<PolicyRow, 'terms' | 'deployed'>> & Partial<PolicyTerms> & { readonly draft?: boolean };

function policy(name: string, wanted: Wanted = {}): PolicyRow {
  const { settings = {}, targets = [SERVERS], enforced = false, order = 0, enabled = true, draft, ...row } = wanted;
  const terms = { settings, targets, enforced, order, enabled };
  const place = { level: 'system', profileId: '', deviceId: '' } as const;
  const times = { createdAt: 1, updatedAt: 1, deployedAt: 1 };
  return {
    id: name,
    name,
    description: '',
    type: 'agent',
    ...place,
    ...times,
    ...row,
    terms,
    deployed: draft ? null : terms,
  };
}

/** d0, d2 and d4 are servers; d0 and d3 are in Profile a and its group, d1 and d4 in b, d2 in c. */
async function system(policies: readonly PolicyRow[]) {
  const all = { profileId: '', scope: null };
  const made = await server.begin({
    policies,
    grouped: DEVICES,
    filters: [
      { ...all, id: 'f-system', filter: { field: 'device.groups', condition: 'equals', term: 'Of a' } },
      { ...all, id: 'f-scoped', scope: ['a'], filter: { all: [] } },
      { id: 'f-of-a', scope: null, profileId: 'a', filter: { all: [] } },
    ],
  });
  return { made, now: made.plain.now, world: () => PolicyWorld.of(made.sources()) };
}

describe('explanations', () => {
  test('name the policy that decides, and why others do not', async () => {
    const mode = (value: string) => ({ mode: value, depth: 1 });
    const { world } = await system([
      policy('newer', { settings: mode('newer'), createdAt: 2 }),
      policy('older', { settings: mode('older') }),
      policy('later', { settings: mode('later'), order: 1 }),
      policy('of the Profile', { settings: { mode: 'profile' }, level: 'profile', profileId: 'a' }),
      policy('own', { settings: { mode: 'own' }, level: 'device', deviceId: 'd0', targets: [] }),
      policy('must', { settings: { mode: 'must' }, enforced: true }),
      policy('must below', { settings: { mode: 'b' }, enforced: true, level: 'profile', profileId: 'a' }),
    ]);
    const explained = explainPolicies(world(), 'd0', SEES_ALL);
    expect(explained).toMatchObject({ deviceId: 'd0', hostname: 'H0', monitoringSuspended: false });
    const [agent] = explained.types;
    expect(agent?.settings.map(({ field, label, value }) => [field, label, value])).toEqual([
      ['depth', 'depth', 1],
      ['mode', 'Mode', 'must'],
    ]);
    const because = (at: number) => agent?.settings[at]?.overrode.map((lost) => [lost.policyName, lost.because]);
    expect(agent?.settings[1]?.sources).toEqual([
      {
        policyId: 'must',
        policyName: 'must',
        level: 'system',
        enforced: true,
        targets: [{ kind: 'filter', id: 'default-type-server', name: 'Servers' }],
        value: 'must',
      },
    ]);
    expect(because(1)).toEqual([
      ['must below', 'enforced above'],
      ['own', 'enforced above'],
      ['of the Profile', 'enforced above'],
      ['older', 'enforced above'],
      ['newer', 'enforced above'],
      ['later', 'enforced above'],
    ]);
    expect(because(0)).toEqual([
      ['newer', 'older policy'],
      ['later', 'order'],
    ]);
  });

  test('lower levels win where nothing is enforced, even when a lower one is', async () => {
    const settings = { mode: 'x' };
    const { world } = await system([
      policy('of the System', { settings }),
      policy('own', { settings, level: 'device', deviceId: 'd0', targets: [], enforced: true }),
    ]);
    const [setting] = explainPolicies(world(), 'd0', SEES_ALL).types[0]?.settings ?? [];
    expect(setting?.overrode.map(({ because }) => because)).toEqual(['lower level wins']);
  });

  test('say of each policy in words why it applies or not', async () => {
    const { made, world } = await system([
      policy('a holds', { targets: [SERVERS, GROUP_OF_A] }),
      policy('b draft', { draft: true }),
      policy('c disabled', { enabled: false }),
      policy('d-off'),
      policy('e no targets', { targets: [] }),
      policy('f elsewhere', {
        targets: [
          { kind: 'filter', id: 'default-os-linux' },
          { kind: 'filter', id: 'gone' },
        ],
      }),
      policy('g unknown type', { type: 'strange' }),
      policy('h own', { level: 'device', deviceId: 'd0', targets: [] }),
      policy('i of another device', { level: 'device', deviceId: 'd1', targets: [] }),
      policy('j of another Profile', { level: 'profile', profileId: 'b' }),
      policy('k favourites', { targets: [{ kind: 'filter', id: 'default-favourites' }] }),
    ]);
    await made.apply({ kind: 'switch', policyId: 'd-off', profileId: 'a', enabled: false });
    const words = () =>
      explainPolicies(world(), 'd0', SEES_ALL).policies.map(({ policyName, applies, reason }) => [
        policyName,
        applies,
        reason,
      ]);
    expect(words()).toEqual([
      ['h own', true, 'it is the device’s own'],
      ['a holds', true, 'the filter “Servers” and the group “Of a” hold the device'],
      ['b draft', false, 'draft: never pushed'],
      ['c disabled', false, 'disabled'],
      ['d-off', false, 'switched off in the Profile A one'],
      ['e no targets', false, 'it has no targets'],
      ['f elsewhere', false, 'no target holds the device'],
      ['g unknown type', false, 'no plugin of this server knows the type strange'],
      ['k favourites', false, 'no target holds the device'],
    ]);
    await made.apply({ kind: 'suspend', deviceId: 'd0', suspended: true });
    expect(words()[0]).toEqual(['h own', false, 'the device is suspended']);
    expect(() => explainPolicies(world(), 'nobody', SEES_ALL)).toThrow(/no device "nobody"/);
  });
});

describe('plans', () => {
  test('of a move: the device leaves the groups of its Profile and the filters that read them', async () => {
    const { now, world } = await system([
      policy('by group', { settings: { mode: 'grouped' }, targets: [GROUP_OF_A] }),
      policy('by filter', { settings: { depth: 2 }, targets: [IN_GROUP_OF_A] }),
      policy('by name', {
        settings: { list: [1] },
        level: 'profile',
        profileId: 'b',
        targets: [{ kind: 'filter', id: 'default-all' }],
      }),
    ]);
    const change = { kind: 'move' as const, deviceIds: ['d0', 'd1'], profileId: 'b' };
    const plan = planChange(world(), change, { now, profile: { name: 'B one', description: 'two' } });
    const gone = { beforeFrom: ['by group'], afterFrom: [] };
    expect(plan).toEqual({
      devices: 1,
      changes: [
        {
          id: 0,
          devices: 1,
          settings: [
            { type: 'agent', field: 'depth', label: 'depth', before: 2, beforeFrom: ['by filter'], afterFrom: [] },
            { type: 'agent', field: 'list', label: 'list', after: [1], beforeFrom: [], afterFrom: ['by name'] },
            { type: 'agent', field: 'mode', label: 'Mode', before: 'grouped', ...gone },
          ],
        },
      ],
      items: [{ deviceId: 'd0', hostname: 'H0', profileName: 'A one', change: 0 }],
    });
  });

  test('of a group: who enters and leaves it, with all that reads it', async () => {
    const { now, world } = await system([
      policy('by group', { settings: { mode: 'grouped' }, targets: [GROUP_OF_A] }),
      policy('by filter', { settings: { depth: 2 }, targets: [IN_GROUP_OF_A] }),
    ]);
    const plan = (change: { add?: string[]; remove?: string[] }) =>
      planChange(world(), { kind: 'group', groupId: 'g-of-a', ...change }, { now });
    expect(plan({ add: ['d0'], remove: ['d3'] }).items.map(({ deviceId }) => deviceId)).toEqual(['d3']);
    expect(plan({ remove: ['d3'] }).changes[0]?.settings.map(({ field }) => field)).toEqual(['depth', 'mode']);
    expect(() => plan({ add: ['d1'] })).toThrow(/H1 is not in the Profile of the group “Of a”/);
  });

  test('count only the devices that the asking user sees, page by page', async () => {
    const { now, world } = await system([]);
    const change = {
      kind: 'save' as const,
      type: 'agent',
      level: 'system' as const,
      settings: { mode: 'on' },
      targets: [SERVERS],
    };
    const all = planChange(world(), change, { now, offset: 1, limit: 1 });
    expect(all).toMatchObject({ devices: 3, changes: [{ devices: 3 }] });
    expect(all.items.map(({ hostname }) => hostname)).toEqual(['H2']);
    const visible = world().targets.facts.of(['d0', 'd1']);
    expect(planChange(world(), change, { now, visible })).toMatchObject({ devices: 1, items: [{ deviceId: 'd0' }] });
  });

  test('refuse what cannot be done', async () => {
    const { now, world } = await system([]);
    const plan = (change: Parameters<typeof planChange>[1]) => () => planChange(world(), change, { now });
    expect(plan({ kind: 'remove', policyId: 'none' })).toThrow(/no policy "none"/);
    expect(plan({ kind: 'save', level: 'system' })).toThrow(/change.type and change.level are needed/);
    expect(plan({ kind: 'save', level: 'system', type: 'strange' })).toThrow(/there is no type strange/);
    expect(plan({ kind: 'filter', filterId: 'default-all', filter: { all: [] } })).toThrow(/is a default filter/);
    expect(plan({ kind: 'filter', filterId: 'none', filter: { all: [] } })).toThrow(/no filter "none"/);
    expect(
      plan({ kind: 'filter', filterId: 'f-system', filter: { all: [{ field: 'os.nam', condition: 'empty' }] } }),
    ).toThrow(/did you mean os.name/);
    expect(plan({ kind: 'group', groupId: 'none' })).toThrow(/no group "none"/);
  });
});

test('what was resolved stays as it was when devices change and go', async () => {
  const { made, world } = await system([policy('servers', { settings: { mode: 'on' } })]);
  const before = resolvePolicies(world());
  await made.apply({ kind: 'audit', deviceId: 'd0', change: { typeOverride: 'laptop' } });
  made.index.facts.delete('d2');
  expect(before.of('d0')?.document).toEqual({ agent: { mode: 'on' } });
  expect(before.of('d1')?.document).toEqual({});
  expect(before.of('d2')).toBeUndefined();
  expect([...before].map(([id]) => id).sort()).toEqual(['d0', 'd1', 'd3', 'd4']);
  expect(resolvePolicies(world()).of('d0')?.document).toEqual({});
});
