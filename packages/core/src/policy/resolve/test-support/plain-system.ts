import { canonicalJson } from '@rmm/protocol';
import { Type } from 'typebox';
import { CORE_FIELDS } from '../../../filter/core-fields.js';
import { defaultFilter } from '../../../filter/default-filters.js';
import { deviceFacts, SEEN_NOW } from '../../../filter/device-facts.js';
import { FieldCatalogue } from '../../../filter/field-catalogue.js';
import type { FilterRow } from '../../../filter/filter-models.js';
import type { FilterNode } from '../../../filter/filter-node.js';
import { ReferenceEvaluator } from '../../../filter/reference-evaluator.js';
import type { DeviceRow } from '../../../hierarchy/device-model.js';
import type { GroupRow, ProfileRow } from '../../../hierarchy/hierarchy-models.js';
import type { PolicyRow, PolicyTarget, PolicyTerms } from '../../policy-models.js';
import type { PolicyTypeDef } from '../../policy-type.js';

export const catalogue = new FieldCatalogue(CORE_FIELDS);

const optional = Type.Optional(Type.Unknown());

export const TYPES: readonly PolicyTypeDef[] = [
  {
    name: 'watch',
    label: 'Watch',
    description: 'Collects by id and by value, and can be suspended',
    settings: Type.Object({ monitors: optional, tags: optional, level: optional }),
    merge: { monitors: 'collect', tags: 'collect' },
    suspendable: 'monitors',
  },
  {
    name: 'agent',
    label: 'Agent',
    description: 'One policy decides each field',
    settings: Type.Object({ mode: Type.Optional(Type.String({ title: 'Mode' })), list: optional, depth: optional }),
  },
];

type Terms = Pick<PolicyTerms, 'settings' | 'enforced'>;
interface Acting extends PolicyRow {
  readonly now: PolicyTerms;
}

/** The settings of a device and, by type and field, the names of the policies that decide. */
export interface PlainSettings {
  readonly document: Record<string, Record<string, unknown>>;
  readonly from: Record<string, Record<string, readonly string[]>>;
}

/**
 * A System as plain rows, and what policies mean on it: device by device, straight from their definition. What the engine
 * must equal.
 */
export class PlainSystem {
  now: number;
  readonly devices = new Map<string, DeviceRow>();
  readonly profiles = new Map<string, ProfileRow>();
  readonly groups = new Map<string, GroupRow>();
  /** By group. */
  readonly members = new Map<string, Set<string>>();
  readonly filters = new Map<string, FilterRow>();
  readonly policies = new Map<string, PolicyRow>();
  /** `<policy> <Profile>`. */
  readonly off = new Set<string>();
  readonly monitoringSuspended = new Set<string>();

  constructor(now: number) {
    this.now = now;
  }

  /** Undefined for a suspended device. */
  settings(deviceId: string): PlainSettings | undefined {
    const device = this.devices.get(deviceId);
    if (device?.state !== 'active') return undefined;
    const found: PlainSettings = { document: {}, from: {} };
    for (const type of TYPES) this.#merge(type, this.#ranked(device, type.name), device, found);
    return found;
  }

  all(): ReadonlyMap<string, PlainSettings> {
    return new Map(
      [...this.devices.keys()].flatMap((id) => {
        const found = this.settings(id);
        return found ? [[id, found]] : [];
      }),
    );
  }

  /** The policies of a type that hold on a device, in the order in which they decide. */
  #ranked(device: DeviceRow, type: string): Acting[] {
    const holding = [...this.policies.values()]
      .filter((policy) => policy.type === type)
      .flatMap((policy) => (policy.deployed ? [{ ...policy, now: policy.deployed }] : []))
      .filter((policy) => this.holds(policy, policy.now, device));
    const at = (level: string, enforced: boolean) =>
      holding
        .filter((policy) => policy.level === level && policy.now.enforced === enforced)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .sort((a, b) => a.createdAt - b.createdAt)
        .sort((a, b) => a.now.order - b.now.order);
    return [
      ...at('system', true),
      ...at('profile', true),
      ...at('device', true),
      ...at('device', false),
      ...at('profile', false),
      ...at('system', false),
    ];
  }

  holds(policy: PolicyRow, terms: PolicyTerms, device: DeviceRow): boolean {
    if (!terms.enabled || this.off.has(`${policy.id} ${device.profileId}`)) return false;
    if (policy.level === 'device') return policy.deviceId === device.id;
    if (policy.level === 'profile' && policy.profileId !== device.profileId) return false;
    return terms.targets.some((target) => this.inTarget(target, device));
  }

  inTarget({ kind, id }: PolicyTarget, device: DeviceRow): boolean {
    if (kind === 'group') {
      const member = this.groups.get(id)?.kind === 'system-profiles' ? device.profileId : device.id;
      return this.members.get(id)?.has(member) ?? false;
    }
    const byDefault = defaultFilter(id);
    const row = this.filters.get(id);
    if (!byDefault && !row) return false;
    if (row && row.profileId !== '' && row.profileId !== device.profileId) return false;
    if (row?.scope && !row.scope.includes(device.profileId)) return false;
    return this.matches(byDefault?.filter ?? (row?.filter as FilterNode), device);
  }

  /** Nobody asks, so a filter that reads favourites holds nobody. */
  matches(filter: FilterNode, device: DeviceRow): boolean {
    if (JSON.stringify(filter).includes('device.favourite')) return false;
    const profile = this.profiles.get(device.profileId);
    const groups = [...this.groups.values()].filter(
      ({ id, kind }) => kind !== 'system-profiles' && this.members.get(id)?.has(device.id),
    );
    const lastSeen = device.online ? SEEN_NOW : device.lastSeenAt;
    const facts = deviceFacts({ row: device, profile, groups, lastSeen });
    return new ReferenceEvaluator(catalogue, facts, { now: this.now, favourite: false }).matches(filter);
  }

  #merge(type: PolicyTypeDef, policies: readonly Acting[], device: DeviceRow, found: PlainSettings): void {
    for (const field of Object.keys(type.settings.properties)) {
      if (field === type.suspendable && this.monitoringSuspended.has(device.id)) continue;
      const setting = policies.filter(({ now }) => (now as Terms).settings[field] !== undefined);
      const merged = type.merge?.[field] === 'collect' ? collected(field, setting) : decided(field, setting);
      if (!merged) continue;
      found.document[type.name] = { ...found.document[type.name], [field]: merged.value };
      found.from[type.name] = { ...found.from[type.name], [field]: merged.from };
    }
  }
}

function decided(field: string, [first]: readonly Acting[]) {
  return first && { value: first.now.settings[field], from: [first.name] };
}

function collected(field: string, policies: readonly Acting[]) {
  const value: unknown[] = [];
  const from: string[] = [];
  for (const { id, name, now } of policies) {
    for (const item of now.settings[field] as { id?: string }[]) {
      const same = (other: unknown) =>
        item.id === undefined
          ? canonicalJson(other) === canonicalJson(item)
          : (other as { id?: string }).id === item.id;
      if (value.some(same)) continue;
      value.push(item);
      from.push(`${id} ${name}`);
    }
  }
  const names = [...new Set(from)].map((text) => text.slice(text.indexOf(' ') + 1));
  return value.length === 0 ? undefined : { value, from: names };
}
