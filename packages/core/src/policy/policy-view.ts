import { canonicalJson } from '@rmm/protocol';
import type { Static } from 'typebox';
import type { Access } from '../access/access.js';
import { isoTime, isoTimeOrNull } from '../hierarchy/iso-time.js';
import type { PolicyTypeView, PolicyView } from './policy-contract.js';
import type { PolicyExceptionRow, PolicyRow } from './policy-models.js';
import { POLICY_LEVELS, type PolicyTypeDef } from './policy-type.js';
import type { PolicyWorld } from './resolve/policy-world.js';
import { targetName } from './target-name.js';

/** What was saved is not what was pushed. */
export const isChanged = ({ terms, deployed }: PolicyRow): boolean => canonicalJson(terms) !== canonicalJson(deployed);

/** What a policy looks like to an actor. The world knows its exceptions. */
export function policyView(
  row: PolicyRow,
  world: PolicyWorld,
  exceptions: readonly PolicyExceptionRow[],
  access: Access,
): Static<typeof PolicyView> {
  const { id, name, description, type, level, terms, deployed } = row;
  const { visibility } = access;
  const held = world.held(row, terms.targets);
  return {
    id,
    name,
    description,
    type,
    level,
    profileId: row.profileId || null,
    deviceId: row.deviceId || null,
    targets: terms.targets.map((target) => ({ ...target, name: targetName(world, target, access) })),
    settings: { ...terms.settings },
    enforced: terms.enforced,
    order: terms.order,
    enabled: terms.enabled,
    state: deployed === null ? 'draft' : isChanged(row) ? 'changed' : 'deployed',
    disabledIn: exceptions
      .filter(({ policyId, profileId }) => policyId === id && visibility.profile(profileId))
      .map(({ profileId }) => profileId),
    devices: (visibility.devices ? held.and(visibility.devices) : held).count,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
    deployedAt: isoTimeOrNull(row.deployedAt),
  };
}

export function policyTypeView(type: PolicyTypeDef): Static<typeof PolicyTypeView> {
  const { name, label, description, levels = POLICY_LEVELS, settings, merge = {} } = type;
  const collected = Object.entries(merge).flatMap(([field, rule]) => (rule === 'collect' ? [field] : []));
  return { name, label, description, levels: [...levels], settings, collected };
}
