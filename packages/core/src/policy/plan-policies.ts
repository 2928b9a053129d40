import { RmmError } from '@rmm/protocol';
import type { Static } from 'typebox';
import { getProfile } from '../hierarchy/get-profile.js';
import type { OperationContext } from '../operation/operation.js';
import { checkNamedSettings } from './check-named.js';
import { planChange } from './plan-change.js';
import type { PolicyChange, PolicyPlan, policiesContract } from './policy-contract.js';
import { policyModel } from './policy-models.js';
import { getPolicy, policyTypeOf } from './policy-operations.js';
import { assertLevel, placeOf, reaches, TargetRules } from './policy-place.js';
import type { PolicyReader } from './policy-reader.js';
import { isChanged } from './policy-view.js';

type Change = Static<typeof PolicyChange>;
type ChangeOf<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>;
type PlanInput = Static<typeof policiesContract.plan.input>;

/**
 * What a change would do to which of the devices that the actor sees. A policy is checked as it is when it is saved.
 * @throws RmmError `INVALID_INPUT`, `INVALID_FILTER`, `NOT_FOUND`, `BUILT_IN`
 */
export async function planPolicies(
  reader: PolicyReader,
  context: OperationContext,
  change: Change,
  page: Omit<PlanInput, 'change'>,
): Promise<Static<typeof PolicyPlan>> {
  const { data, now, access } = context;
  if (change.kind === 'save') await assertSavable(reader, context, change);
  const profile = change.kind === 'move' ? await getProfile(data, change.profileId) : undefined;
  const meant = change.kind === 'push' ? await reachable(context, change) : change;
  const world = await reader.world(data);
  return planChange(world, meant, { now, visible: access.visibility.devices, ...page, ...(profile && { profile }) });
}

/** @throws RmmError `INVALID_INPUT` */
async function assertSavable(reader: PolicyReader, context: OperationContext, change: ChangeOf<'save'>): Promise<void> {
  const { data } = context;
  const { policyId, level, profileId, deviceId, settings, targets } = change;
  const row = policyId === undefined ? undefined : await getPolicy(data, policyId);
  if (row && (level ?? profileId ?? deviceId) !== undefined) {
    throw new RmmError(
      'INVALID_INPUT',
      'change: level, profileId and deviceId are for a policy that does not exist yet',
    );
  }
  const named = { ...(profileId !== undefined && { profileId }), ...(deviceId !== undefined && { deviceId }) };
  const place = row ?? placeOf({ level: level ?? 'system', ...named });
  // What is known of a policy whose plugin was taken out can still be changed, but for its settings.
  if (!row || settings || change.type !== undefined) {
    const type = policyTypeOf(reader, change.type, row);
    if (settings) await checkNamedSettings(reader.things, context, type, settings);
    assertLevel(type, place.level);
  }
  if (targets) (await TargetRules.read(data, reader.facts.catalogue, targets)).assertFit(place, targets);
}

/** A push of everything pushes what the actor can reach. */
async function reachable({ data, access }: OperationContext, change: ChangeOf<'push'>): Promise<ChangeOf<'push'>> {
  if (change.policyIds) return change;
  const rows = await data.find(policyModel);
  return { kind: 'push', policyIds: rows.filter((row) => isChanged(row) && reaches(access, row)).map(({ id }) => id) };
}
