import fc from 'fast-check';
import type { Static } from 'typebox';
import type { FilterNode } from '../../../filter/filter-node.js';
import type { PolicyChange } from '../../policy-contract.js';
import type { PolicyTarget, PolicyTerms } from '../../policy-models.js';

/** What exists at the start. */
export const DEVICES = ['d0', 'd1', 'd2', 'd3', 'd4'];
export const PROFILES = ['a', 'b', 'c'];
export const FILTERS = ['f-system', 'f-scoped', 'f-of-a'];
export const GROUPS = ['g-devices', 'g-of-a', 'g-of-b', 'g-profiles'];
export const POLICIES = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
const DAY = 86_400_000;

/** Something that happens in a System; the kinds of `PolicyChange` can be planned. */
export type Step =
  | Static<typeof PolicyChange>
  | { readonly kind: 'draft'; readonly policyId: string; readonly terms: Partial<PolicyTerms> }
  | { readonly kind: 'audit'; readonly deviceId: string; readonly change: Readonly<Record<string, unknown>> }
  | { readonly kind: 'suspend'; readonly deviceId: string; readonly suspended: boolean }
  | { readonly kind: 'monitoring'; readonly deviceId: string; readonly suspended: boolean }
  | { readonly kind: 'rename'; readonly profileId: string; readonly name: string }
  | { readonly kind: 'clock'; readonly ms: number };

const device = fc.constantFrom(...DEVICES);
const profile = fc.constantFrom(...PROFILES);
const policyId = fc.constantFrom(...POLICIES);
const some = <T>(values: readonly T[], maxLength = 3) => fc.uniqueArray(fc.constantFrom(...values), { maxLength });

const criterion: fc.Arbitrary<FilterNode> = fc.constantFrom<FilterNode>(
  { field: 'device.type', condition: 'equals', term: 'server' },
  { field: 'device.type', condition: 'notEquals', term: 'laptop' },
  { field: 'device.tags', condition: 'contains', term: 'lab' },
  { field: 'device.tags', condition: 'notContains', term: 'vip' },
  { field: 'device.lastSeen', condition: 'olderThanDays', term: 2 },
  { field: 'device.lastSeen', condition: 'withinDays', term: 5 },
  { field: 'status.online', condition: 'isTrue' },
  { field: 'status.suspended', condition: 'isTrue' },
  { field: 'device.favourite', condition: 'isFalse' },
  { field: 'profile.name', condition: 'startsWith', term: 'A' },
  { field: 'profile.description', condition: 'contains', term: 'two' },
  { field: 'device.groups', condition: 'contains', term: 'Of a' },
  { field: 'device.groups', condition: 'notContains', term: 'Of b' },
  { field: 'group.id', condition: 'equals', term: 'g-devices' },
);

export const filter: fc.Arbitrary<FilterNode> = fc.oneof(
  criterion,
  fc.array(criterion, { maxLength: 2 }).map((all): FilterNode => ({ all })),
  fc.array(criterion, { minLength: 1, maxLength: 2 }).map((any): FilterNode => ({ any })),
  fc.array(criterion, { minLength: 1, maxLength: 2 }).map((none): FilterNode => ({ none })),
);

const target: fc.Arbitrary<PolicyTarget> = fc.oneof(
  fc
    .constantFrom(
      ...FILTERS,
      'gone',
      'default-all',
      'default-type-server',
      'default-offline-2-days',
      'default-favourites',
    )
    .map((id): PolicyTarget => ({ kind: 'filter', id })),
  fc.constantFrom(...GROUPS, 'gone').map((id): PolicyTarget => ({ kind: 'group', id })),
);

const monitor = fc.record(
  { id: fc.constantFrom('cpu', 'disk', 'ram'), limit: fc.constantFrom(1, 2) },
  { requiredKeys: ['limit'] },
);

const settings = fc.record(
  {
    monitors: fc.array(monitor, { maxLength: 3 }),
    tags: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
    level: fc.constantFrom(1, null),
    mode: fc.constantFrom('user', 'off'),
    list: fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
    depth: fc.constantFrom({ a: 1, b: [2] }, { b: [2], a: 1 }, false),
    unknown: fc.constant(1),
  },
  { requiredKeys: [] },
);

export const terms: fc.Arbitrary<PolicyTerms> = fc.record({
  settings,
  targets: fc.uniqueArray(target, { maxLength: 3, selector: ({ kind, id }) => `${kind} ${id}` }),
  enforced: fc.boolean(),
  order: fc.constantFrom(-1, 0, 1),
  enabled: fc.constantFrom(true, true, true, false),
});

/** One type is that of a plugin that was taken out. */
export const policyType = fc.constantFrom('watch', 'watch', 'agent', 'agent', 'of-no-plugin');
export const level = fc.constantFrom('system' as const, 'system' as const, 'profile' as const, 'device' as const);

const someTerms: fc.Arbitrary<Partial<PolicyTerms>> = fc
  .tuple(terms, some(['settings', 'targets', 'enforced', 'order', 'enabled'] as const, 5))
  .map(([all, named]) => Object.fromEntries(named.map((name) => [name, all[name]])));

const newPolicy = fc
  .tuple(terms, level, fc.constantFrom('watch', 'agent'), profile, device)
  .map(([all, at, type, profileId, deviceId]) => ({
    kind: 'save' as const,
    type,
    level: at,
    ...all,
    targets: [...all.targets],
    ...(at === 'profile' && { profileId }),
    ...(at === 'device' && { deviceId }),
  }));

const change = fc.record(
  {
    typeOverride: fc.constantFrom('server', 'laptop', null),
    tags: some(['lab', 'vip']),
    online: fc.boolean(),
    hostname: fc.constantFrom('PC', 'SRV'),
    lastSeenAt: fc.constantFrom(0, 1, 3, 6).map((days) => Date.UTC(2026, 0, 15) - days * DAY),
  },
  { requiredKeys: [] },
);

/** Changes that can be planned. */
const planned: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(policyId, someTerms).map(([id, given]) => ({ kind: 'save' as const, policyId: id, ...(given as object) })),
  newPolicy,
  policyId.map((id) => ({ kind: 'remove' as const, policyId: id })),
  fc
    .option(some(POLICIES, 4))
    .map((ids) => ({ kind: 'push' as const, ...(ids && ids.length > 0 && { policyIds: ids }) })),
  fc.record({ kind: fc.constant('switch' as const), policyId, profileId: profile, enabled: fc.boolean() }),
  fc
    .tuple(fc.constantFrom(...FILTERS), filter, fc.option(fc.option(some(PROFILES))))
    .map(([filterId, node, scope]) => ({
      kind: 'filter' as const,
      filterId,
      filter: node,
      ...(scope !== null && filterId !== 'f-of-a' && { scope }),
    })),
  fc.record({
    kind: fc.constant('group' as const),
    groupId: fc.constantFrom('g-devices', 'g-of-a', 'g-of-b'),
    add: some(DEVICES),
    remove: some(DEVICES, 2),
  }),
  fc.record({
    kind: fc.constant('group' as const),
    groupId: fc.constant('g-profiles'),
    add: some(PROFILES),
    remove: some(PROFILES, 2),
  }),
  fc.record({ kind: fc.constant('move' as const), deviceIds: some(DEVICES), profileId: profile }),
);

const happening: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(policyId, someTerms).map(([id, given]) => ({ kind: 'draft' as const, policyId: id, terms: given })),
  fc.record({ kind: fc.constant('audit' as const), deviceId: device, change }),
  fc.record({ kind: fc.constant('suspend' as const), deviceId: device, suspended: fc.boolean() }),
  fc.record({ kind: fc.constant('monitoring' as const), deviceId: device, suspended: fc.boolean() }),
  fc.record({ kind: fc.constant('rename' as const), profileId: profile, name: fc.constantFrom('Acme', 'Beta') }),
  fc.constantFrom(DAY, 3 * DAY).map((ms) => ({ kind: 'clock' as const, ms })),
);

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: planned },
  { weight: 2, arbitrary: happening },
);
