/**
 * The server's brain of an embeddable RMM: `createRmm({ storage, transport, authenticator, plugins })`.
 *
 * @packageDocumentation
 */
export type {
  AccessApi,
  ActivityApi,
  RolesApi,
  SessionApi,
  UsersApi,
} from './access/access-contract.js';
export { ACCOUNTADMIN } from './access/core-permissions.js';
export type { AuditsApi } from './audit/audit-contract.js';
export type { ComponentsApi } from './component/component-contract.js';
export { CORE_CONTRACTS, type RmmApi } from './core-api.js';
export { createRmm } from './create-rmm.js';
export { Data, type DataFind } from './data/data.js';
export { and, type Match, match } from './data/match.js';
export { defineModel, type Model, type ModelScope, type ModelSpec, nullable, required } from './data/model.js';
export type { EventsApi } from './event/event-contract.js';
export type { RmmEventName, RmmEvents } from './event/rmm-events.js';
export type { FactSource } from './filter/fact-source.js';
export type { Facts } from './filter/facts.js';
export { FIELD_GROUPS, type FieldDef as CatalogueField, type FieldGroup } from './filter/field-def.js';
export type { FieldsApi, FiltersApi } from './filter/filter-contract.js';
export { FilterNode } from './filter/filter-node.js';
export type { DevicesApi, GroupsApi, NotesApi } from './hierarchy/device-contract.js';
export type { EnrolmentsApi, ProfilesApi } from './hierarchy/profile-contract.js';
export type { SystemApi, SystemsApi, VariablesApi } from './hierarchy/system-contract.js';
export type { ExecutionsApi, JobsApi } from './job/job-contract.js';
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
export type { PoliciesApi } from './policy/policy-contract.js';
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
