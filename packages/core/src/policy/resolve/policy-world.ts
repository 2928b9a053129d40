import type { DeviceSet } from '../../filter/device-set.js';
import type { PolicyExceptionRow, PolicyRow, PolicyTarget, PolicyTerms } from '../policy-models.js';
import type { PolicyTypeDef } from '../policy-type.js';
import { byRank } from './policy-rank.js';
import type { WorldSources } from './policy-resolution.js';
import { RowSet } from './row-set.js';
import { TargetSets } from './target-sets.js';

/** Where a policy stands. */
export type PolicyPlace = Pick<PolicyRow, 'id' | 'level' | 'profileId' | 'deviceId'>;

/** A policy with the terms that count. */
export interface ActingPolicy extends PolicyPlace, Pick<PolicyRow, 'name' | 'type' | 'createdAt'> {
  readonly terms: PolicyTerms;
}

type Changes = Partial<Omit<WorldParts, 'types' | 'held'>>;

interface WorldParts {
  readonly types: ReadonlyMap<string, PolicyTypeDef>;
  readonly policies: readonly PolicyRow[];
  /** The Profiles in which a policy is off, by policy. */
  readonly exceptions: ReadonlyMap<string, readonly string[]>;
  readonly monitoringSuspended: ReadonlySet<string>;
  readonly targets: TargetSets;
  readonly held: Map<string, RowSet>;
}

/**
 * All that decides which settings hold on which device, at one moment. Synchronous and pure. It reads the index as it is
 * when first asked, so it is made and used without waiting in between; what comes out of it stays as it is.
 *
 * A policy holds on a device that is not suspended when it was pushed, is enabled, is not turned off in the device's
 * Profile, and:
 * - level device: it is that device's
 * - level profile: the device is in that Profile, and in one of the policy's targets
 * - level system: the device is in one of its targets
 */
export class PolicyWorld {
  readonly types: ReadonlyMap<string, PolicyTypeDef>;
  readonly policies: readonly PolicyRow[];
  readonly monitoringSuspended: ReadonlySet<string>;
  readonly targets: TargetSets;
  /** The policies that were pushed, are enabled and of a known type, in the order in which they decide. */
  readonly acting: readonly ActingPolicy[];
  readonly #parts: WorldParts;
  #suspended: RowSet | undefined;

  private constructor(parts: WorldParts) {
    this.#parts = parts;
    this.types = parts.types;
    this.policies = parts.policies;
    this.monitoringSuspended = parts.monitoringSuspended;
    this.targets = parts.targets;
    this.acting = parts.policies
      .flatMap((row) => (row.deployed?.enabled && parts.types.has(row.type) ? [{ ...row, terms: row.deployed }] : []))
      .sort(byRank);
  }

  static of({ types, policies, exceptions, monitoringSuspended, only, ...origin }: WorldSources): PolicyWorld {
    return new PolicyWorld({
      types: new Map(types.map((type) => [type.name, type])),
      policies,
      exceptions: exceptionsByPolicy(exceptions),
      monitoringSuspended: new Set(monitoringSuspended),
      targets: TargetSets.of(origin, only),
      held: new Map(),
    });
  }

  /** Another world that differs only so; what both have in common is worked out once. */
  with({
    exceptions,
    ...changes
  }: Omit<Changes, 'exceptions'> & Partial<Pick<WorldSources, 'exceptions'>>): PolicyWorld {
    const parts = { ...this.#parts, ...changes };
    return new PolicyWorld({
      ...parts,
      exceptions: exceptions ? exceptionsByPolicy(exceptions) : parts.exceptions,
      held: parts.targets === this.targets ? parts.held : new Map(),
    });
  }

  /** The Profiles in which a policy is turned off. */
  disabledIn(policyId: string): readonly string[] {
    return this.#parts.exceptions.get(policyId) ?? [];
  }

  /** Those whose monitoring is suspended, as rows of the index. */
  suspendedRows(): RowSet {
    this.#suspended ??= this.targets.among(this.monitoringSuspended);
    return this.#suspended;
  }

  /** The devices that a policy with these targets would hold if it were enabled, those of Profiles where it is off left out. */
  held(place: PolicyPlace, targets: readonly PolicyTarget[]): DeviceSet {
    return this.targets.facts.all().inRows(this.heldRows(place, targets).toBitmap());
  }

  /** The same as rows of the index. */
  heldRows(place: PolicyPlace, targets: readonly PolicyTarget[]): RowSet {
    const off = this.disabledIn(place.id);
    const key = JSON.stringify([place.level, place.profileId, place.deviceId, off, targets.map((t) => [t.kind, t.id])]);
    const known = this.#parts.held.get(key);
    if (known) return known;
    const offRows = RowSet.union(off.map((id) => this.targets.profile(id)));
    const rows = this.#placed(place, targets).andNot(offRows);
    this.#parts.held.set(key, rows);
    return rows;
  }

  #placed({ level, profileId, deviceId }: PolicyPlace, targets: readonly PolicyTarget[]): RowSet {
    if (level === 'device') return this.targets.device(deviceId);
    const place = level === 'profile' ? this.targets.profile(profileId) : this.targets.active();
    if (place.isEmpty) return place;
    const inTargets = RowSet.union(targets.map((target) => this.targets.of(target)));
    return level === 'system' ? inTargets : inTargets.and(place);
  }
}

function exceptionsByPolicy(rows: readonly PolicyExceptionRow[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { policyId, profileId } of rows) {
    const known = found.get(policyId);
    if (known) known.push(profileId);
    else found.set(policyId, [profileId]);
  }
  for (const profiles of found.values()) profiles.sort();
  return found;
}
