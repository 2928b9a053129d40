import type { Data } from '../data/data.js';
import type { TargetKind } from '../hierarchy/target-uses.js';
import { policyExceptionModel, policyModel } from './policy-models.js';

/** The policies that are for a filter or group, as saved or as pushed; for those who would remove it. */
export async function policiesUsing(data: Data, kind: TargetKind, id: string): Promise<readonly string[]> {
  const rows = await data.find(policyModel, { order: [{ field: 'name' }] });
  const names = rows.filter(({ terms, deployed }) =>
    [...terms.targets, ...(deployed?.targets ?? [])].some((target) => target.kind === kind && target.id === id),
  );
  return names.map(({ name }) => `the policy “${name}”`);
}

/** Removes all that a Profile's removal leaves without a place. The Profile holds no device any more. */
export async function removePoliciesOf(data: Data, profileId: string): Promise<readonly string[]> {
  const own = await data.find(policyModel, { match: { profileId }, fields: ['id'] });
  const ids = own.map(({ id }) => id);
  await data.remove(policyExceptionModel, { profileId });
  if (ids.length === 0) return [];
  await data.remove(policyExceptionModel, { policyId: ids });
  await data.remove(policyModel, { id: ids });
  return ids;
}
