import { ERROR_CODES, type ErrorCode, LANGUAGES } from '@rmm/protocol';
import { type Static, Type } from 'typebox';
import { type ApiOf, declare } from '../operation/contract.js';
import { Cursor, Id, Ids, Name, Named, Nullable, OneOf, Script, Strict, Time } from '../operation/schema.js';

/** Where an execution is. The last eight are ends; each execution reaches exactly one. */
export const EXECUTION_STATES = [
  'queued',
  'accepted',
  'running',
  'success',
  'success-warning',
  'error',
  'error-warning',
  'timed-out',
  'cancelled',
  'expired',
  'refused',
] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

/** The colours of the guide's job list: all well, well with warnings or still under way, something failed. */
export const JOB_COLOURS = ['green', 'orange', 'red'] as const;
export type JobColour = (typeof JOB_COLOURS)[number];

const Count = Type.Integer({ minimum: 0 });
const JobSchema = Strict({
  id: Id,
  name: Name,
  componentId: Nullable(Id),
  componentName: Name,
  language: OneOf(LANGUAGES),
  createdAt: Time,
  createdBy: Type.String(),
  /** Devices that were absent until then do not run it any more. */
  expiresAt: Time,
  status: OneOf(['active', 'completed']),
  colour: OneOf(JOB_COLOURS),
  devices: Count,
  counts: Strict({ waiting: Count, running: Count, succeeded: Count, warned: Count, failed: Count }),
});
/** A job: a script that runs on devices, once on each. */
export interface Job extends Static<typeof JobSchema> {}
export const JobView = Named<Job, typeof JobSchema>(JobSchema);

const ExecutionReasonSchema = Strict({
  code: OneOf(Object.keys(ERROR_CODES) as ErrorCode[]),
  message: Type.String(),
});
/** Why an execution ended as it did. */
export interface ExecutionReason extends Static<typeof ExecutionReasonSchema> {}
const ExecutionReason = Named<ExecutionReason, typeof ExecutionReasonSchema>(ExecutionReasonSchema);

const ExecutionSchema = Strict({
  id: Id,
  jobId: Id,
  deviceId: Id,
  hostname: Type.String(),
  state: OneOf(EXECUTION_STATES),
  /** Why it ended so, when it is not the script's own doing. */
  reason: Nullable(ExecutionReason),
  exitCode: Nullable(Type.Integer()),
  queuedAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
});
/** One run of a job on one device. */
export interface Execution extends Static<typeof ExecutionSchema> {}
export const ExecutionView = Named<Execution, typeof ExecutionSchema>(ExecutionSchema);

const ExecutionDetailSchema = Strict({
  ...ExecutionSchema.properties,
  jobName: Name,
  stdout: Type.String(),
  stderr: Type.String(),
  /** What the script wrote in all; more than the text holds when the agent cut it at its limit. */
  stdoutBytes: Count,
  stderrBytes: Count,
});
/** An execution with its output. While it runs, the output is what has arrived so far. */
export interface ExecutionDetail extends Static<typeof ExecutionDetailSchema> {}
export const ExecutionDetail = Named<ExecutionDetail, typeof ExecutionDetailSchema>(ExecutionDetailSchema);

const Targets = {
  deviceIds: Type.Optional(Ids),
  groupId: Type.Optional(Id),
  filterId: Type.Optional(Id),
  profileId: Type.Optional(Id),
};

const touchesJob = ({ jobId }: { jobId: string }) => ({ jobs: [jobId] });

export const jobsContract = {
  /** At once on devices, a group, a filter or a Profile; absent devices run it on return, until it expires. */
  run: declare({
    kind: 'command',
    summary: 'Run a quick job',
    requires: { permission: 'jobs' },
    route: 'POST /jobs',
    input: Strict({
      name: Type.Optional(Name),
      /** A stored component… */
      componentId: Type.Optional(Id),
      /** …or a script of the moment, which also needs the right to manage components. */
      script: Type.Optional(
        Strict({
          language: OneOf(LANGUAGES),
          text: Script,
          timeoutMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 7 * 86_400_000 })),
        }),
      ),
      ...Targets,
      /** Values of the component's variables. */
      variables: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 32_768 }), { secret: true })),
      /** Default 24 hours. */
      expiresInMs: Type.Optional(Type.Integer({ minimum: 60_000, maximum: 365 * 86_400_000, default: 86_400_000 })),
    }),
    output: JobView,
    touches: ({ componentId, deviceIds, groupId, filterId, profileId }) => ({
      components: componentId ? [componentId] : [],
      devices: deviceIds ?? [],
      groups: groupId ? [groupId] : [],
      filters: filterId ? [filterId] : [],
      profiles: profileId ? [profileId] : [],
    }),
  }),
  list: declare({
    kind: 'query',
    summary: 'List jobs, newest first',
    requires: { permission: 'jobs' },
    route: 'GET /jobs',
    input: Strict({
      status: Type.Optional(OneOf(['active', 'completed'])),
      colour: Type.Optional(OneOf(JOB_COLOURS)),
      /** Only jobs of this device. */
      deviceId: Type.Optional(Id),
      ...Cursor,
    }),
    output: Strict({ items: Type.Array(JobView), cursor: Nullable(Type.String()) }),
    touches: ({ deviceId }) => (deviceId ? { devices: [deviceId] } : {}),
  }),
  get: declare({
    kind: 'query',
    summary: 'Show a job',
    requires: { permission: 'jobs' },
    route: 'GET /jobs/:jobId',
    input: Strict({ jobId: Id }),
    output: JobView,
    touches: touchesJob,
  }),
  executions: declare({
    kind: 'query',
    summary: 'List a job’s executions, one for each device',
    requires: { permission: 'jobs' },
    route: 'GET /jobs/:jobId/executions',
    input: Strict({ jobId: Id, state: Type.Optional(OneOf(EXECUTION_STATES)), ...Cursor }),
    output: Strict({ items: Type.Array(ExecutionView), cursor: Nullable(Type.String()) }),
    touches: touchesJob,
  }),
  cancel: declare({
    kind: 'command',
    summary: 'Cancel what has not ended of a job; running scripts are ended',
    requires: { permission: 'jobs' },
    route: 'POST /jobs/:jobId/cancel',
    input: Strict({ jobId: Id }),
    output: JobView,
    touches: touchesJob,
  }),
  relaunch: declare({
    kind: 'command',
    summary: 'Run a job again, on all its devices or on those where it failed',
    requires: { permission: 'jobs' },
    route: 'POST /jobs/:jobId/relaunch',
    input: Strict({ jobId: Id, failedOnly: Type.Optional(Type.Boolean()) }),
    output: JobView,
    touches: touchesJob,
  }),
};
export interface JobsApi extends ApiOf<typeof jobsContract> {}
/** What a quick job runs, and where. */
export interface QuickJob extends Static<(typeof jobsContract)['run']['input']> {}

export const executionsContract = {
  get: declare({
    kind: 'query',
    summary: 'Show an execution with its stdout and stderr',
    requires: { permission: 'jobs' },
    route: 'GET /executions/:executionId',
    input: Strict({ executionId: Id }),
    output: ExecutionDetail,
    touches: ({ executionId }) => ({ executions: [executionId] }),
  }),
};
export interface ExecutionsApi extends ApiOf<typeof executionsContract> {}
