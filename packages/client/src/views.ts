import type { AnsweringOperation, InputOf, OutputOf } from './operation-types.js';

type ItemOf<Name extends AnsweringOperation> = OutputOf<Name> extends { items: readonly (infer Item)[] } ? Item : never;

/** The views of the API under the names that user interfaces need. */
export type Session = OutputOf<'session.get'>;
export type System = OutputOf<'system.get'>;
export type Dashboard = OutputOf<'system.dashboard'>;
export type Variable = ItemOf<'variables.list'>;
export type Profile = OutputOf<'profiles.get'>;
export type Enrolment = ItemOf<'enrolments.list'>;
export type NewEnrolment = OutputOf<'enrolments.create'>;
export type Device = OutputOf<'devices.get'>;
export type DeviceType = Device['type'];
export type DeviceSelection = InputOf<'devices.list'>;
export type Note = ItemOf<'notes.list'>;
export type Group = ItemOf<'groups.list'>;
export type Field = ItemOf<'fields.list'>;
export type Filter = OutputOf<'filters.get'>;
export type FilterNode = Filter['filter'];
export type Audit = OutputOf<'audits.get'>;
export type AuditChange = ItemOf<'audits.changes'>;
export type Component = OutputOf<'components.get'>;
export type ComponentVariable = Component['variables'][number];
export type Language = Component['language'];
export type Job = OutputOf<'jobs.get'>;
export type Execution = ItemOf<'jobs.executions'>;
export type ExecutionState = Execution['state'];
export type ExecutionDetail = OutputOf<'executions.get'>;
export type User = ItemOf<'users.list'>;
export type Role = ItemOf<'roles.list'>;
export type Permission = OutputOf<'roles.list'>['permissions'][number];
export type ActivityEntry = ItemOf<'activity.list'>;
