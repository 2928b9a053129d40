import type { Static } from 'typebox';
import type { Access } from '../access/access.js';
import { notFound } from '../hierarchy/not-found.js';
import type { EffectiveSetting, PolicyExplanation } from './policy-contract.js';
import type { PolicyRow, PolicyTarget, PolicyTerms } from './policy-models.js';
import type { PolicyTypeDef } from './policy-type.js';
import { type Field, fieldsOf, fieldValue, type Item, itemsOf } from './resolve/merge-settings.js';
import { byRank, whyBefore } from './resolve/policy-rank.js';
import type { PolicyWorld } from './resolve/policy-world.js';
import { targetName } from './target-name.js';

type Explanation = Omit<Static<typeof PolicyExplanation>, 'delivery'>;
type Setting = Static<typeof EffectiveSetting>;
type Source = Omit<Setting['sources'][number], 'value'>;

/** A policy as this device meets it. */
interface Met extends PolicyRow {
  /** Those that count, or are saved where it was never pushed. */
  readonly terms: PolicyTerms;
  readonly source: Source;
  readonly applies: boolean;
  readonly reason: string;
}

interface Wish {
  readonly policy: Met;
  readonly item: Item;
}

/**
 * Where each setting of a device comes from, what it overrode and why; and of each policy that could hold on the device
 * whether it does, in words. Settings and policies are those that were pushed. On suspended devices nothing holds.
 * @throws RmmError `NOT_FOUND` for a device that is not in the index
 */
export function explainPolicies(world: PolicyWorld, deviceId: string, access: Access): Explanation {
  const facts = world.targets.facts.facts(deviceId);
  if (!facts) throw notFound('device', deviceId);
  const text = (field: string): string => String(facts[field] ?? '');
  const device = { id: deviceId, profileId: text('profile.id'), profileName: text('profile.name') };
  const policies = world.policies.filter((row) => concerns(row, device)).map((row) => meet(world, row, device, access));
  policies.sort(byRank);
  const suspended = world.monitoringSuspended.has(deviceId);
  return {
    deviceId,
    hostname: text('device.hostname'),
    monitoringSuspended: suspended,
    types: [...world.types.values()].flatMap((type) => {
      const settings = effective(type, policies, suspended);
      return settings.length === 0 ? [] : [{ type: type.name, label: type.label, settings }];
    }),
    policies: policies.map(({ source, type, applies, reason }) => ({ ...source, type, applies, reason })),
  };
}

interface Device {
  readonly id: string;
  readonly profileId: string;
  readonly profileName: string;
}

function concerns({ level, profileId, deviceId }: PolicyRow, device: Device): boolean {
  if (level === 'system') return true;
  return level === 'profile' ? profileId === device.profileId : deviceId === device.id;
}

function meet(world: PolicyWorld, row: PolicyRow, device: Device, access: Access): Met {
  const terms = row.deployed ?? row.terms;
  const targets = holding(world, terms.targets, device.id, access);
  const fault = whyNot(world, row, device);
  const own = row.level === 'device';
  const applies = fault === undefined && (own || targets.length > 0);
  return {
    ...row,
    terms,
    applies,
    reason: fault ?? (own ? 'it is the device’s own' : inWords(terms.targets, targets)),
    source: { policyId: row.id, policyName: row.name, level: row.level, enforced: terms.enforced, targets },
  };
}

/** What keeps a policy from the device, whatever its targets hold. */
function whyNot(world: PolicyWorld, { id, type, deployed }: PolicyRow, device: Device): string | undefined {
  if (!deployed) return 'draft: never pushed';
  if (world.targets.device(device.id).isEmpty) return 'the device is suspended';
  if (!world.types.has(type)) return `no plugin of this server knows the type ${type}`;
  if (!deployed.enabled) return 'disabled';
  return world.disabledIn(id).includes(device.profileId)
    ? `switched off in the Profile ${device.profileName}`
    : undefined;
}

function holding(
  world: PolicyWorld,
  targets: readonly PolicyTarget[],
  deviceId: string,
  access: Access,
): Source['targets'] {
  const row = world.targets.facts.of([deviceId]).rowOf(deviceId);
  return targets.flatMap(({ kind, id }) => {
    if (row === undefined || !world.targets.of({ kind, id }).has(row)) return [];
    return [{ kind, id, name: targetName(world, { kind, id }, access) }];
  });
}

function inWords(targets: readonly PolicyTarget[], held: Source['targets']): string {
  if (targets.length === 0) return 'it has no targets';
  if (held.length === 0) return 'no target holds the device';
  const names = held.map(({ kind, name }) =>
    name === null ? `a ${kind} that your role does not show` : `the ${kind} “${name}”`,
  );
  return `${names.join(' and ')} ${held.length === 1 ? 'holds' : 'hold'} the device`;
}

function effective(type: PolicyTypeDef, policies: readonly Met[], suspended: boolean): Setting[] {
  const holders = policies.filter((policy) => policy.applies && policy.type === type.name);
  return fieldsOf(type).flatMap((field) => {
    if (field.suspendable && suspended) return [];
    const wishes = holders.flatMap((policy) =>
      itemsOf(field, policy.terms.settings).map((item): Wish => ({ policy, item })),
    );
    return wishes.length === 0 ? [] : [setting(field, wishes)];
  });
}

/** @param wishes in the order in which their policies decide, at least one */
function setting(field: Field, wishes: readonly Wish[]): Setting {
  const granted = new Map<string, Wish>();
  const overrode: Setting['overrode'] = [];
  for (const { policy, item } of wishes) {
    const first = granted.get(item.key);
    if (!first) granted.set(item.key, { policy, item });
    // Of an item that one policy lists twice, nothing was taken from another.
    else if (first.policy !== policy) {
      overrode.push({ ...policy.source, value: item.value, because: whyBefore(first.policy, policy) });
    }
  }
  const counting = [...granted.values()];
  return {
    field: field.name,
    label: field.label,
    value: fieldValue(
      field,
      counting.map(({ item }) => item),
    ),
    sources: counting.map(({ policy, item }) => ({ ...policy.source, value: item.value })),
    overrode,
  };
}
