import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { compileFilter } from '../../filter/compile-filter.js';
import { defaultFilter } from '../../filter/default-filters.js';
import { confinementOf, narrowed, ofProfiles, planned } from '../../filter/scoped-filter.js';
import { notFound } from '../../hierarchy/not-found.js';
import type { PolicyChange } from '../policy-contract.js';
import type { PolicyExceptionRow, PolicyRow, PolicyTerms } from '../policy-models.js';
import { affected } from './affected-devices.js';
import { elsewhere, type ImaginedFacts, inOtherGroups } from './imagine-facts.js';
import type { PolicyWorld } from './policy-world.js';
import { RowSet } from './row-set.js';

type Change = Static<typeof PolicyChange>;
type ChangeOf<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>;

/** What a change needs to know besides the world. */
export interface ChangeContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The Profile to which devices would move. */
  readonly profile?: { readonly name: string; readonly description: string };
}

/** The world after a change that was not made. */
export interface Imagined {
  readonly after: PolicyWorld;
  /** Rows in the present index: all devices whose settings would change are among them. */
  readonly rows: RowSet;
  /** All types whose settings would change are among them. */
  readonly types: ReadonlySet<string>;
}

/** The name of a policy that does not exist yet. */
const UNNAMED = 'New policy';
const BLANK: PolicyTerms = { settings: {}, targets: [], enforced: false, order: 0, enabled: true };

/**
 * What would hold if a change were made, and pushed where it is one of policies.
 * @throws RmmError `NOT_FOUND`, `INVALID_INPUT`, `INVALID_FILTER`, `BUILT_IN`
 */
export function imagineChange(world: PolicyWorld, change: Change, context: ChangeContext): Imagined {
  switch (change.kind) {
    case 'save':
      return overSameDevices(world, world.with({ policies: saved(world, change, context) }));
    case 'remove':
      return overSameDevices(world, world.with({ policies: without(world, change.policyId) }));
    case 'push':
      return overSameDevices(world, world.with({ policies: pushed(world, change) }));
    case 'switch':
      return overSameDevices(world, world.with({ exceptions: switched(world, change) }));
    case 'filter':
      return overSameDevices(world, world.with({ targets: refiltered(world, change) }));
    case 'group':
      return regrouped(world, change);
    case 'move':
      return overOtherFacts(world, elsewhere(world, change, context));
  }
}

function overSameDevices(before: PolicyWorld, after: PolicyWorld): Imagined {
  return { after, ...affected(before, after) };
}

/** Only the devices with other facts are in the index of the world after. */
function overOtherFacts(world: PolicyWorld, { facts, deviceIds }: ImaginedFacts): Imagined {
  return {
    after: world.with({ targets: world.targets.over(facts) }),
    rows: RowSet.of(world.targets.facts.of(deviceIds).rows()).and(world.targets.active()),
    types: new Set(world.types.keys()),
  };
}

function saved(world: PolicyWorld, change: ChangeOf<'save'>, { now }: ChangeContext): readonly PolicyRow[] {
  const { kind: _kind, policyId, type, level, profileId = '', deviceId = '', description: _text, ...given } = change;
  const row = policyId === undefined ? undefined : policyOf(world, policyId);
  if (row) {
    const terms = { ...row.terms, ...given };
    return world.policies.map((policy) => (policy === row ? { ...row, terms, deployed: terms } : policy));
  }
  if (type === undefined || level === undefined) {
    throw new RmmError('INVALID_INPUT', 'change.type and change.level are needed for a policy that does not exist yet');
  }
  if (!world.types.has(type)) {
    throw new RmmError('INVALID_INPUT', `change.type: there is no type ${type}; use one of policies.types`);
  }
  const terms = { ...BLANK, ...given };
  // Sorts after every other id, as the youngest policy would.
  const id = '\uffff';
  const times = { createdAt: now, updatedAt: now, deployedAt: now };
  const place = { level, profileId, deviceId };
  return [...world.policies, { id, name: UNNAMED, description: '', type, ...place, terms, deployed: terms, ...times }];
}

function without(world: PolicyWorld, policyId: string): readonly PolicyRow[] {
  const row = policyOf(world, policyId);
  return world.policies.filter((policy) => policy !== row);
}

function pushed(world: PolicyWorld, { policyIds }: ChangeOf<'push'>): readonly PolicyRow[] {
  const chosen = policyIds && new Set(policyIds.map((id) => policyOf(world, id)));
  return world.policies.map((row) => (!chosen || chosen.has(row) ? { ...row, deployed: row.terms } : row));
}

function switched(
  world: PolicyWorld,
  { policyId, profileId, enabled }: ChangeOf<'switch'>,
): readonly PolicyExceptionRow[] {
  policyOf(world, policyId);
  const rows = world.policies.flatMap(({ id }) =>
    world.disabledIn(id).map((off) => ({ policyId: id, profileId: off })),
  );
  const others = rows.filter((row) => row.policyId !== policyId || row.profileId !== profileId);
  return enabled ? others : [...others, { policyId, profileId }];
}

function refiltered({ targets }: PolicyWorld, { filterId, filter, scope }: ChangeOf<'filter'>) {
  const byDefault = defaultFilter(filterId);
  if (byDefault) {
    throw new RmmError(
      'BUILT_IN',
      `“${byDefault.name}” is a default filter; make a filter of your own from it instead`,
    );
  }
  const { catalogue, index } = targets.origin;
  const stored = index.filters.get(filterId);
  if (!stored) throw notFound('filter', filterId);
  const compiled = compileFilter(catalogue, filter);
  const confinement = confinementOf({ ...stored.row, ...(scope !== undefined && { scope }) });
  return targets.replacing({ kind: 'filter', id: filterId }, narrowed(compiled, confinement));
}

function regrouped(world: PolicyWorld, change: ChangeOf<'group'>): Imagined {
  const { groupId, add = [], remove = [] } = change;
  const group = world.targets.origin.index.groups.get(groupId);
  if (!group) throw notFound('group', groupId);
  if (group.row.kind !== 'system-profiles') return overOtherFacts(world, inOtherGroups(world, group.row, change));
  const leaving = new Set(remove);
  const profileIds = [...new Set([...group.profileIds, ...add])].filter((id) => !leaving.has(id));
  const targets = world.targets.replacing({ kind: 'group', id: groupId }, planned(ofProfiles(profileIds)));
  return overSameDevices(world, world.with({ targets }));
}

function policyOf(world: PolicyWorld, policyId: string): PolicyRow {
  const row = world.policies.find(({ id }) => id === policyId);
  if (!row) throw notFound('policy', policyId);
  return row;
}
