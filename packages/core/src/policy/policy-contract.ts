import { type Static, Type } from 'typebox';
import { FilterNode } from '../filter/filter-node.js';
import { type ApiOf, declare } from '../operation/contract.js';
import {
  Id,
  Ids,
  Name,
  Named,
  Nothing,
  Nullable,
  OneOf,
  Page,
  Strict,
  StrictPartial,
  Text,
  Time,
} from '../operation/schema.js';
import { POLICY_LEVELS } from './policy-type.js';

const Count = Type.Integer({ minimum: 0 });
const Settings = Type.Record(Type.String({ maxLength: 64 }), Type.Unknown());
const Target = Strict({ kind: OneOf(['filter', 'group']), id: Id });
const Type_ = Type.String({ minLength: 1, maxLength: 64 });

const PolicyTypeSchema = Strict({
  name: Type.String(),
  label: Type.String(),
  description: Type.String(),
  levels: Type.Array(OneOf(POLICY_LEVELS)),
  /** JSON Schema of the settings. */
  settings: Type.Unknown(),
  /** Fields whose items add up over all policies. */
  collected: Type.Array(Type.String()),
});
/** A type of policies, with its settings. */
export interface PolicyType extends Static<typeof PolicyTypeSchema> {}
export const PolicyTypeView = Named<PolicyType, typeof PolicyTypeSchema>(PolicyTypeSchema);

const PolicySchema = Strict({
  id: Id,
  name: Name,
  description: Text,
  type: Type.String(),
  level: OneOf(POLICY_LEVELS),
  profileId: Nullable(Id),
  deviceId: Nullable(Id),
  /** `name` is that of the filter or group; null when it is gone, or not for the actor to know. */
  targets: Type.Array(Strict({ ...Target.properties, name: Nullable(Type.String()) })),
  settings: Settings,
  enforced: Type.Boolean(),
  order: Type.Integer(),
  enabled: Type.Boolean(),
  /** `draft`: never pushed; `changed`: saved since the last push; `deployed`: devices have, or are getting, what is saved. */
  state: OneOf(['draft', 'changed', 'deployed']),
  /** Profiles in which it is turned off. */
  disabledIn: Type.Array(Id),
  /** Devices that its saved targets hold now, those of Profiles where it is off left out. */
  devices: Count,
  createdAt: Time,
  updatedAt: Time,
  deployedAt: Nullable(Time),
});
/** A policy: settings of one type, and for which devices they hold (guide, chapter 8). */
export interface Policy extends Static<typeof PolicySchema> {}
export const PolicyView = Named<Policy, typeof PolicySchema>(PolicySchema);

const Terms = {
  description: Type.Optional(Text),
  settings: Type.Optional(Settings),
  targets: Type.Optional(Type.Array(Target, { maxItems: 200, uniqueItems: true })),
  enforced: Type.Optional(Type.Boolean()),
  order: Type.Optional(Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 })),
  enabled: Type.Optional(Type.Boolean()),
};
const Place = { level: OneOf(POLICY_LEVELS), profileId: Type.Optional(Id), deviceId: Type.Optional(Id) };
type Place = { profileId?: string; deviceId?: string };
type Targeted = { targets?: readonly { kind: 'filter' | 'group'; id: string }[] };

const touchesPolicy = ({ policyId }: { policyId: string }) => ({ policies: [policyId] });
const touchesPlace = ({ profileId, deviceId }: Place) => ({
  profiles: profileId === undefined ? [] : [profileId],
  devices: deviceId === undefined ? [] : [deviceId],
});
const touchesTargets = ({ targets = [] }: Targeted) => ({
  filters: targets.filter(({ kind }) => kind === 'filter').map(({ id }) => id),
  groups: targets.filter(({ kind }) => kind === 'group').map(({ id }) => id),
});

/** Who set something. */
const Source = Strict({
  policyId: Id,
  policyName: Name,
  level: OneOf(POLICY_LEVELS),
  enforced: Type.Boolean(),
  /** The targets that hold the device; empty for a policy of the device itself. */
  targets: Type.Array(Strict({ ...Target.properties, name: Nullable(Type.String()) })),
});

const EffectiveSettingSchema = Strict({
  field: Type.String(),
  label: Type.String(),
  value: Type.Unknown(),
  /** Collected fields: an item of the value each; else one. */
  sources: Type.Array(Strict({ ...Source.properties, value: Type.Unknown() })),
  /** What other policies wanted, and why they did not get it. */
  overrode: Type.Array(
    Strict({
      ...Source.properties,
      value: Type.Unknown(),
      because: OneOf(['enforced above', 'lower level wins', 'order', 'older policy']),
    }),
  ),
});
/** A setting that holds on a device, and whose it is. */
export interface EffectiveSetting extends Static<typeof EffectiveSettingSchema> {}
export const EffectiveSetting = Named<EffectiveSetting, typeof EffectiveSettingSchema>(EffectiveSettingSchema);

const PolicyExplanationSchema = Strict({
  deviceId: Id,
  hostname: Type.String(),
  monitoringSuspended: Type.Boolean(),
  types: Type.Array(Strict({ type: Type.String(), label: Type.String(), settings: Type.Array(EffectiveSetting) })),
  /** Every policy of the System, of the Profile and of the device, in the order in which they decide. */
  policies: Type.Array(
    Strict({
      ...Source.properties,
      type: Type.String(),
      applies: Type.Boolean(),
      /** In words: why it applies, or why not. */
      reason: Type.String(),
    }),
  ),
  /** What the agent keeps, against what holds. */
  delivery: Strict({
    state: OneOf(['in-force', 'waiting', 'failed', 'unknown']),
    desired: Nullable(Type.String()),
    actual: Nullable(Type.String()),
    actualAt: Nullable(Time),
    /** Types that the agent keeps but does not act on. */
    ignored: Type.Array(Type.String()),
    fault: Nullable(Strict({ code: Type.String(), message: Type.String() })),
  }),
});
/** What holds on a device, and why. */
export interface PolicyExplanation extends Static<typeof PolicyExplanationSchema> {}
export const PolicyExplanation = Named<PolicyExplanation, typeof PolicyExplanationSchema>(PolicyExplanationSchema);

const SettingChangeSchema = Strict({
  type: Type.String(),
  field: Type.String(),
  label: Type.String(),
  /** Absent: not set. */
  before: Type.Optional(Type.Unknown()),
  after: Type.Optional(Type.Unknown()),
  /** Names of the policies that decide before and after. */
  beforeFrom: Type.Array(Type.String()),
  afterFrom: Type.Array(Type.String()),
});

/** A setting that a change would change. */
export interface SettingChange extends Static<typeof SettingChangeSchema> {}
const SettingChange = Named<SettingChange, typeof SettingChangeSchema>(SettingChangeSchema);

/** Kinds of change that `plan` looks at. */
const Changes = {
  /** Save and push a policy, new without `policyId`. */
  save: Strict({
    kind: Type.Literal('save'),
    policyId: Type.Optional(Id),
    type: Type.Optional(Type_),
    ...StrictPartial(Place).properties,
    ...Terms,
  }),
  remove: Strict({ kind: Type.Literal('remove'), policyId: Id }),
  /** Push what is saved; all policies without `policyIds`. */
  push: Strict({ kind: Type.Literal('push'), policyIds: Type.Optional(Ids) }),
  switch: Strict({ kind: Type.Literal('switch'), policyId: Id, profileId: Id, enabled: Type.Boolean() }),
  filter: Strict({
    kind: Type.Literal('filter'),
    filterId: Id,
    filter: FilterNode,
    scope: Type.Optional(Nullable(Type.Array(Id))),
  }),
  group: Strict({
    kind: Type.Literal('group'),
    groupId: Id,
    add: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
    remove: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
  }),
  move: Strict({ kind: Type.Literal('move'), deviceIds: Ids, profileId: Id }),
};
type Changes = { [Kind in keyof typeof Changes]: Static<(typeof Changes)[Kind]> };
/** A change that somebody considers; `plan` tells what it would do. */
export type PolicyChange = Changes[keyof Changes];
export const PolicyChange = Type.Unsafe<PolicyChange>(Type.Union(Object.values(Changes)));

const PolicyPlanSchema = Strict({
  /** Devices whose settings would change. */
  devices: Count,
  /** Each way in which devices would change. */
  changes: Type.Array(Strict({ id: Type.Integer(), devices: Count, settings: Type.Array(SettingChange) })),
  /** A page of those devices; `change` is the id in `changes`. */
  items: Type.Array(
    Strict({ deviceId: Id, hostname: Type.String(), profileName: Type.String(), change: Type.Integer() }),
  ),
});
/** What a change would change, and on which devices. */
export interface PolicyPlan extends Static<typeof PolicyPlanSchema> {}
export const PolicyPlan = Named<PolicyPlan, typeof PolicyPlanSchema>(PolicyPlanSchema);

const DriftItemSchema = Strict({
  deviceId: Id,
  hostname: Type.String(),
  online: Type.Boolean(),
  state: OneOf(['waiting', 'failed']),
  desired: Type.String(),
  actual: Nullable(Type.String()),
  since: Time,
  fault: Nullable(Strict({ code: Type.String(), message: Type.String() })),
});
/** A device that does not yet obey what holds for it. */
export interface DriftItem extends Static<typeof DriftItemSchema> {}
export const DriftItem = Named<DriftItem, typeof DriftItemSchema>(DriftItemSchema);

/** Policies: what holds for devices, by type (guide, chapter 8). */
export const policiesContract = {
  types: declare({
    kind: 'query',
    summary: 'List the types of policies with their settings',
    requires: { permission: 'policies' },
    route: 'GET /policy-types',
    input: Nothing,
    output: Strict({ items: Type.Array(PolicyTypeView) }),
  }),
  list: declare({
    kind: 'query',
    summary: 'List policies: the System’s, or with a Profile those that can hold in it, or with a device its own',
    requires: { permission: 'policies' },
    route: 'GET /policies',
    input: Strict({ profileId: Type.Optional(Id), deviceId: Type.Optional(Id), type: Type.Optional(Type_) }),
    output: Strict({ items: Type.Array(PolicyView) }),
    touches: touchesPlace,
  }),
  get: declare({
    kind: 'query',
    summary: 'Show a policy',
    requires: { permission: 'policies' },
    route: 'GET /policies/:policyId',
    input: Strict({ policyId: Id }),
    output: PolicyView,
    touches: touchesPolicy,
  }),
  create: declare({
    kind: 'command',
    summary: 'Create a policy; blank or from another one, and devices get it when it is pushed',
    requires: { permission: 'policies' },
    route: 'POST /policies',
    input: Strict({
      name: Name,
      /** Not needed with `copyOf`. */
      type: Type.Optional(Type_),
      ...Place,
      /** The policy whose settings, and targets where they fit, this one starts with. */
      copyOf: Type.Optional(Id),
      ...Terms,
    }),
    output: PolicyView,
    touches: (input) => ({
      ...touchesPlace(input),
      ...touchesTargets(input),
      policies: input.copyOf === undefined ? [] : [input.copyOf],
    }),
  }),
  update: declare({
    kind: 'command',
    summary: 'Change a policy; devices get the change when it is pushed',
    requires: { permission: 'policies' },
    route: 'PATCH /policies/:policyId',
    input: Strict({ policyId: Id, name: Type.Optional(Name), ...Terms }),
    output: PolicyView,
    touches: (input) => ({ ...touchesPolicy(input), ...touchesTargets(input) }),
  }),
  remove: declare({
    kind: 'command',
    summary: 'Delete a policy; devices stop to obey it at once',
    requires: { permission: 'policies' },
    route: 'DELETE /policies/:policyId',
    input: Strict({ policyId: Id }),
    output: Nothing,
    touches: touchesPolicy,
  }),
  switch: declare({
    kind: 'command',
    summary: 'Turn a policy on or off for one Profile, at once',
    requires: { permission: 'policies' },
    route: 'PUT /policies/:policyId/profiles/:profileId',
    input: Strict({ policyId: Id, profileId: Id, enabled: Type.Boolean() }),
    output: PolicyView,
    touches: ({ policyId, profileId }) => ({ policies: [policyId], profiles: [profileId] }),
  }),
  push: declare({
    kind: 'command',
    summary: 'Push changes; what is saved comes to every affected device',
    requires: { permission: 'policies' },
    route: 'POST /policies/push',
    /** Without ids: every policy that was changed. */
    input: Strict({ policyIds: Type.Optional(Ids) }),
    output: Strict({ policies: Count, devices: Count }),
    touches: ({ policyIds }) => ({ policies: policyIds ?? [] }),
  }),
  plan: declare({
    kind: 'query',
    summary:
      'Show what a change of a policy, filter, group or Profile would change on which devices, without making it',
    requires: { permission: 'policies' },
    route: 'POST /policies/plan',
    input: Strict({ change: PolicyChange, ...Page }),
    output: PolicyPlan,
    touches: ({ change }) => touchesChange(change as Record<string, unknown>),
  }),
  explain: declare({
    kind: 'query',
    summary: 'Show the settings that hold on a device, and which policy each comes from',
    requires: { permission: 'policies' },
    route: 'GET /devices/:deviceId/policies',
    input: Strict({ deviceId: Id }),
    output: PolicyExplanation,
    touches: ({ deviceId }) => ({ devices: [deviceId] }),
  }),
  drift: declare({
    kind: 'query',
    summary: 'List the devices that do not yet obey what holds for them',
    requires: { permission: 'policies' },
    route: 'GET /policies/drift',
    input: Strict({ profileId: Type.Optional(Id), state: Type.Optional(OneOf(['waiting', 'failed'])), ...Page }),
    output: Strict({ total: Count, devices: Count, items: Type.Array(DriftItem) }),
    touches: touchesPlace,
  }),
  suspendMonitoring: declare({
    kind: 'command',
    summary: 'Suspend or resume the monitors of a device',
    requires: { permission: 'policies' },
    route: 'PUT /devices/:deviceId/monitoring',
    input: Strict({ deviceId: Id, suspended: Type.Boolean() }),
    output: Nothing,
    touches: ({ deviceId }) => ({ devices: [deviceId] }),
  }),
};
export interface PoliciesApi extends ApiOf<typeof policiesContract> {}

function touchesChange(change: Record<string, unknown>) {
  const ids = (...values: unknown[]) => values.flat().filter((value): value is string => typeof value === 'string');
  const { policyId, policyIds, filterId, groupId, profileId, deviceId, deviceIds, targets, scope, add, remove } =
    change;
  const named = touchesTargets({ targets } as Targeted);
  return {
    policies: ids(policyId, policyIds),
    filters: [...ids(filterId), ...named.filters],
    groups: [...ids(groupId), ...named.groups],
    profiles: ids(profileId, scope),
    devices: ids(deviceId, deviceIds),
    members: ids(add, remove),
  };
}
