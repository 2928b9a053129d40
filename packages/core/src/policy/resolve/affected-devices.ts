import { canonicalJson } from '@rmm/protocol';
import type { DeviceSet } from '../../filter/device-set.js';
import type { PolicyTerms } from '../policy-models.js';
import type { ActingPolicy, PolicyWorld } from './policy-world.js';
import { RowSet } from './row-set.js';

/** What may differ between two worlds over the same index. */
export interface Affected {
  /** All devices whose settings differ are among them. */
  readonly rows: RowSet;
  /** The types of policies that made the difference. */
  readonly types: ReadonlySet<string>;
}

/**
 * The devices whose settings may differ between two worlds over the same index: those that a changed policy held or
 * holds, those that entered or left a policy, and those whose monitoring was suspended or resumed.
 */
export function affectedDevices(before: PolicyWorld, after: PolicyWorld): DeviceSet {
  return after.targets.facts.all().inRows(affected(before, after).rows.toBitmap());
}

export function affected(before: PolicyWorld, after: PolicyWorld): Affected {
  const types = new Set<string>();
  const sets: RowSet[] = [];
  const then = new Map(before.acting.map((policy) => [policy.id, policy]));
  const now = new Map(after.acting.map((policy) => [policy.id, policy]));
  for (const id of new Set([...then.keys(), ...now.keys()])) {
    const [was, is] = [then.get(id), now.get(id)];
    const rows = between(heldRows(before, was), heldRows(after, is), decidesAlike(was, is));
    if (rows.isEmpty) continue;
    sets.push(rows);
    for (const policy of [was, is]) if (policy) types.add(policy.type);
  }
  const suspended = suspendedBetween(before, after);
  if (!suspended.isEmpty) {
    sets.push(suspended);
    for (const type of after.types.values()) if (type.suspendable !== undefined) types.add(type.name);
  }
  return { rows: RowSet.union(sets), types };
}

function heldRows(world: PolicyWorld, policy: ActingPolicy | undefined): RowSet {
  return policy ? world.heldRows(policy, policy.terms.targets) : RowSet.EMPTY;
}

function between(was: RowSet, is: RowSet, alike: boolean): RowSet {
  return alike ? was.difference(is) : RowSet.union([was, is]);
}

/** Whether two states of a policy do the same to a device that both hold. */
function decidesAlike(was: ActingPolicy | undefined, is: ActingPolicy | undefined): boolean {
  if (!was || !is) return false;
  const { type, level, createdAt, terms } = was;
  if (type !== is.type || level !== is.level || createdAt !== is.createdAt) return false;
  const decision = ({ enforced, order, settings }: PolicyTerms) => canonicalJson([enforced, order, settings]);
  return terms === is.terms || decision(terms) === decision(is.terms);
}

function suspendedBetween(before: PolicyWorld, after: PolicyWorld): RowSet {
  if (before.monitoringSuspended === after.monitoringSuspended) return RowSet.EMPTY;
  const ids = [
    ...[...before.monitoringSuspended].filter((id) => !after.monitoringSuspended.has(id)),
    ...[...after.monitoringSuspended].filter((id) => !before.monitoringSuspended.has(id)),
  ];
  return RowSet.of(after.targets.facts.of(ids).rows()).and(after.targets.active());
}
