import type { AccessApi, ActivityApi, RolesApi, SessionApi, UsersApi } from './access/access-contract.js';
import {
  accessContract,
  activityContract,
  rolesContract,
  sessionContract,
  usersContract,
} from './access/access-contract.js';
import { type AuditsApi, auditsContract } from './audit/audit-contract.js';
import { type ComponentsApi, componentsContract } from './component/component-contract.js';
import { type EventsApi, eventsContract } from './event/event-contract.js';
import { type FieldsApi, type FiltersApi, fieldsContract, filtersContract } from './filter/filter-contract.js';
import {
  type DevicesApi,
  devicesContract,
  type GroupsApi,
  groupsContract,
  type NotesApi,
  notesContract,
} from './hierarchy/device-contract.js';
import {
  type EnrolmentsApi,
  enrolmentsContract,
  type ProfilesApi,
  profilesContract,
} from './hierarchy/profile-contract.js';
import {
  type SystemApi,
  type SystemsApi,
  systemContract,
  systemsContract,
  type VariablesApi,
  variablesContract,
} from './hierarchy/system-contract.js';
import { type ExecutionsApi, executionsContract, type JobsApi, jobsContract } from './job/job-contract.js';
import { type PoliciesApi, policiesContract } from './policy/policy-contract.js';

/** Everything that can be done with an RMM, grouped as it is named: `rmm.as(actor).devices.move(…)`. */
export interface RmmApi {
  readonly systems: SystemsApi;
  readonly system: SystemApi;
  readonly variables: VariablesApi;
  readonly profiles: ProfilesApi;
  readonly enrolments: EnrolmentsApi;
  readonly devices: DevicesApi;
  readonly notes: NotesApi;
  readonly groups: GroupsApi;
  readonly fields: FieldsApi;
  readonly filters: FiltersApi;
  readonly policies: PoliciesApi;
  readonly audits: AuditsApi;
  readonly components: ComponentsApi;
  readonly jobs: JobsApi;
  readonly executions: ExecutionsApi;
  readonly events: EventsApi;
  readonly session: SessionApi;
  readonly users: UsersApi;
  readonly roles: RolesApi;
  readonly access: AccessApi;
  readonly activity: ActivityApi;
}

/** The contracts by feature. Written out, so that the declaration of their sum does not repeat them all. */
type CoreContracts = {
  readonly systems: typeof systemsContract;
  readonly system: typeof systemContract;
  readonly variables: typeof variablesContract;
  readonly profiles: typeof profilesContract;
  readonly enrolments: typeof enrolmentsContract;
  readonly devices: typeof devicesContract;
  readonly notes: typeof notesContract;
  readonly groups: typeof groupsContract;
  readonly fields: typeof fieldsContract;
  readonly filters: typeof filtersContract;
  readonly policies: typeof policiesContract;
  readonly audits: typeof auditsContract;
  readonly components: typeof componentsContract;
  readonly jobs: typeof jobsContract;
  readonly executions: typeof executionsContract;
  readonly events: typeof eventsContract;
  readonly session: typeof sessionContract;
  readonly users: typeof usersContract;
  readonly roles: typeof rolesContract;
  readonly access: typeof accessContract;
  readonly activity: typeof activityContract;
};

/** The contracts behind {@link RmmApi}; from here come routes, OpenAPI and the client's route table. */
export const CORE_CONTRACTS: CoreContracts = {
  systems: systemsContract,
  system: systemContract,
  variables: variablesContract,
  profiles: profilesContract,
  enrolments: enrolmentsContract,
  devices: devicesContract,
  notes: notesContract,
  groups: groupsContract,
  fields: fieldsContract,
  filters: filtersContract,
  policies: policiesContract,
  audits: auditsContract,
  components: componentsContract,
  jobs: jobsContract,
  executions: executionsContract,
  events: eventsContract,
  session: sessionContract,
  users: usersContract,
  roles: rolesContract,
  access: accessContract,
  activity: activityContract,
};
