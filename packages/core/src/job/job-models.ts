import type { ErrorCode, Language } from '@rmm/protocol';
import { defineModel, nullable, required } from '../data/model.js';
import type { ExecutionState, JobColour } from './job-contract.js';

export interface JobCounts {
  readonly waiting: number;
  readonly running: number;
  readonly succeeded: number;
  readonly warned: number;
  readonly failed: number;
}

export interface JobRow {
  id: string;
  name: string;
  componentId: string | null;
  componentUid: string;
  componentName: string;
  /** What runs is what the component was when the job was made. */
  language: Language;
  script: string;
  timeoutMs: number;
  /** The values of the component's variables, sealed by the SecretBox. */
  sealedVariables: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
  status: 'active' | 'completed';
  devices: number;
  /** The figures once completed; until then they are counted. */
  counts: JobCounts | null;
  /** Of completed jobs. */
  colour: JobColour | null;
}

export const jobModel = defineModel<JobRow>({
  name: 'job',
  fields: {
    id: required('string'),
    name: required('string'),
    componentId: nullable('string'),
    componentUid: required('string'),
    componentName: required('string'),
    language: required('string'),
    script: required('string'),
    timeoutMs: required('int'),
    sealedVariables: required('string'),
    createdAt: required('time'),
    createdBy: required('string'),
    expiresAt: required('time'),
    status: required('string'),
    devices: required('int'),
    counts: nullable('json'),
    colour: nullable('string'),
  },
  key: ['id'],
  indexes: [['status', 'id']],
});

/** One device's share of a job. Its id is also that of the command that carries it. */
export interface ExecutionRow {
  id: string;
  jobId: string;
  deviceId: string;
  /** The host name at the time. */
  hostname: string;
  state: ExecutionState;
  reasonCode: ErrorCode | null;
  reasonMessage: string | null;
  exitCode: number | null;
  queuedAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  stdoutBytes: number;
  stderrBytes: number;
}

export const executionModel = defineModel<ExecutionRow>({
  name: 'execution',
  fields: {
    id: required('string'),
    jobId: required('string'),
    deviceId: required('string'),
    hostname: required('string'),
    state: required('string'),
    reasonCode: nullable('string'),
    reasonMessage: nullable('string'),
    exitCode: nullable('int'),
    queuedAt: required('time'),
    startedAt: nullable('time'),
    finishedAt: nullable('time'),
    stdoutBytes: required('int'),
    stderrBytes: required('int'),
  },
  key: ['id'],
  indexes: [['jobId', 'state', 'id'], ['deviceId', 'id'], ['finishedAt']],
});

/** What a script printed, apart from its execution, so that lists stay light. As JSON: it may hold anything, NUL included. */
export interface ExecutionOutputRow {
  executionId: string;
  stdout: string;
  stderr: string;
}

export const executionOutputModel = defineModel<ExecutionOutputRow>({
  name: 'executionOutput',
  fields: { executionId: required('string'), stdout: required('json'), stderr: required('json') },
  key: ['executionId'],
});
