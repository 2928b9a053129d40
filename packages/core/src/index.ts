/**
 * The server's brain of an embeddable RMM: `createRmm({ storage, transport, authenticator, plugins })`.
 *
 * @packageDocumentation
 */
export type {
  AccessApi,
  AccessExplanation,
  ActivityApi,
  ActivityEntry,
  ActivityExport,
  Permission,
  Role,
  RolesApi,
  RoleVisibility,
  Session,
  SessionApi,
  User,
  UsersApi,
  VisibilitySet,
} from './access/access-contract.js';
export { ACCOUNTADMIN } from './access/core-permissions.js';
export type { Audit, AuditChange, AuditsApi } from './audit/audit-contract.js';
export type { Component, ComponentsApi, ComponentVariable } from './component/component-contract.js';
export { CORE_CONTRACTS, type RmmApi } from './core-api.js';
export { createRmm } from './create-rmm.js';
export { Data, type DataFind } from './data/data.js';
export { and, type Match, match } from './data/match.js';
export { defineModel, type Model, type ModelScope, type ModelSpec, nullable, required } from './data/model.js';
export type { EventMessage, EventsApi } from './event/event-contract.js';
export type { RmmEventName, RmmEvents } from './event/rmm-events.js';
export type { FactSource } from './filter/fact-source.js';
export type { Facts } from './filter/facts.js';
export { FIELD_GROUPS, type FieldDef as CatalogueField, type FieldGroup } from './filter/field-def.js';
export type { Field, FieldsApi, Filter, FilterReason, FiltersApi } from './filter/filter-contract.js';
export { FilterNode } from './filter/filter-node.js';
export type {
  Device,
  DeviceSelection,
  DevicesApi,
  DeviceType,
  Group,
  GroupImport,
  GroupsApi,
  Note,
  NotesApi,
} from './hierarchy/device-contract.js';
export type { Enrolment, EnrolmentsApi, NewEnrolment, Profile, ProfilesApi } from './hierarchy/profile-contract.js';
export type { Dashboard, System, SystemApi, SystemsApi, Variable, VariablesApi } from './hierarchy/system-contract.js';
export type {
  Execution,
  ExecutionDetail,
  ExecutionReason,
  ExecutionState,
  ExecutionsApi,
  Job,
  JobsApi,
  QuickJob,
} from './job/job-contract.js';
export { type ApiOf, declare } from './operation/contract.js';
export {
  type Handler,
  type Handlers,
  implement,
  type Operation,
  type OperationContext,
  type StagedHandler,
  staged,
} from './operation/operation.js';
export { type DeviceFacts, deviceFactsRef } from './plugin/device-facts-ref.js';
export {
  definePlugin,
  type PermissionDef,
  type PluginContext,
  type PluginInstance,
  type RmmPlugin,
} from './plugin/plugin.js';
export { type ServiceRef, serviceRef } from './plugin/service-ref.js';
export type {
  DriftItem,
  EffectiveSetting,
  PoliciesApi,
  Policy,
  PolicyChange,
  PolicyExplanation,
  PolicyPlan,
  PolicyType,
  SettingChange,
} from './policy/policy-contract.js';
export {
  type MergeRule,
  type NamedInSettings,
  POLICY_LEVELS,
  type PolicyLevel,
  type PolicyTypeDef,
} from './policy/policy-type.js';
export { aesSecretBox } from './port-default/aes-secret-box.js';
export * from './ports.js';
export type { AnyPlugins, ApiOfPlugins, Rmm, RmmOptions } from './rmm.js';
export { SDK_VERSION } from './sdk-version.js';
