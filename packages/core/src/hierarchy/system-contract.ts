import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Id, Name, Named, Nothing, Nullable, OneOf, Secret, Strict, Time } from '../operation/schema.js';

const Recipients = Type.Array(Type.String({ format: 'email', maxLength: 320 }), { maxItems: 50 });

const SystemSchema = Strict({
  id: Id,
  name: Name,
  createdAt: Time,
  /** Names of the five custom fields of a device, unless its Profile names them otherwise. */
  customFieldLabels: Type.Array(Type.String({ maxLength: 64 }), { minItems: 5, maxItems: 5 }),
  /**
   * Where reports and alerts go, beside the Profile's own recipients. Null: for those who may view `system.settings`
   * alone.
   */
  mailRecipients: Nullable(Recipients),
});
/** The System: one customer instance, isolated from all others (guide, chapter 3). */
export interface System extends Static<typeof SystemSchema> {}
export const SystemView = Named<System, typeof SystemSchema>(SystemSchema);

export const systemsContract = {
  create: declare({
    kind: 'command',
    summary: 'Create a System',
    requires: 'host',
    input: Strict({ name: Name }),
    output: SystemView,
  }),
  list: declare({
    kind: 'query',
    summary: 'List all Systems of this server',
    requires: 'host',
    input: Nothing,
    output: Strict({ items: Type.Array(SystemView) }),
  }),
};
/** Operations on Systems, for the embedding host. */
export interface SystemsApi extends ApiOf<typeof systemsContract> {}

const Count = Type.Integer({ minimum: 0 });
const DashboardSchema = Strict({
  devices: Strict({ total: Count, online: Count, offline: Count, offlineOver2Days: Count, suspended: Count }),
  byOperatingSystem: Type.Array(Strict({ label: Type.String(), count: Count })),
  byType: Type.Array(Strict({ label: Type.String(), count: Count })),
  jobs: Strict({ active: Count, succeededToday: Count, failedToday: Count }),
  /** Devices with less than 10 % free on some volume. */
  lowDisk: Count,
  /** Devices whose last audit is older than 7 days, or missing. */
  staleAudit: Count,
});
/** Counts of the System, or of one Profile. */
export interface Dashboard extends Static<typeof DashboardSchema> {}
export const Dashboard = Named<Dashboard, typeof DashboardSchema>(DashboardSchema);

export const systemContract = {
  get: declare({
    kind: 'query',
    summary: 'Show the System and its settings',
    requires: { permission: 'system' },
    route: 'GET /system',
    input: Nothing,
    output: SystemView,
  }),
  update: declare({
    kind: 'command',
    summary: 'Change the settings of the System',
    requires: { permission: 'system.settings' },
    route: 'PATCH /system',
    input: Strict({
      name: Type.Optional(Name),
      customFieldLabels: Type.Optional(SystemSchema.properties.customFieldLabels),
      mailRecipients: Type.Optional(Recipients),
    }),
    output: SystemView,
  }),
  dashboard: declare({
    kind: 'query',
    summary: 'Count devices and jobs of the System, or of one Profile',
    requires: { permission: 'system' },
    route: 'GET /dashboard',
    input: Strict({ profileId: Type.Optional(Id) }),
    output: Dashboard,
    touches: ({ profileId }) => (profileId ? { profiles: [profileId] } : {}),
  }),
};
export interface SystemApi extends ApiOf<typeof systemContract> {}

const VariableSchema = Strict({
  name: Type.String(),
  /** Null when masked. */
  value: Nullable(Type.String()),
  masked: Type.Boolean(),
  level: OneOf(['system', 'profile']),
});
/** A variable of the System or of a Profile. */
export interface Variable extends Static<typeof VariableSchema> {}
export const VariableView = Named<Variable, typeof VariableSchema>(VariableSchema);
const VariableName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 128 });

/**
 * Variables reach every script as environment variables; a Profile's value overrides the System's (guide, chapter 10). Those of
 * the System, where no Profile is named, need the permission `system.settings` besides.
 */
export const variablesContract = {
  list: declare({
    kind: 'query',
    summary: 'List the variables of the System, or those of a Profile',
    requires: { permission: 'profiles.settings' },
    route: 'GET /variables',
    input: Strict({ profileId: Type.Optional(Id) }),
    output: Strict({ items: Type.Array(VariableView) }),
    touches: ({ profileId }) => (profileId ? { profiles: [profileId] } : {}),
  }),
  set: declare({
    kind: 'command',
    summary: 'Set a variable; a masked value is never shown again',
    requires: { permission: 'profiles.settings' },
    route: 'PUT /variables/:name',
    input: Strict({
      name: VariableName,
      value: Secret({ minLength: 0 }),
      masked: Type.Optional(Type.Boolean({ default: false })),
      profileId: Type.Optional(Id),
    }),
    output: VariableView,
    touches: ({ profileId }) => (profileId ? { profiles: [profileId] } : {}),
  }),
  remove: declare({
    kind: 'command',
    summary: 'Remove a variable',
    requires: { permission: 'profiles.settings' },
    route: 'DELETE /variables/:name',
    input: Strict({ name: VariableName, profileId: Type.Optional(Id) }),
    output: Nothing,
    touches: ({ profileId }) => (profileId ? { profiles: [profileId] } : {}),
  }),
};
export interface VariablesApi extends ApiOf<typeof variablesContract> {}
