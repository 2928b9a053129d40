import type { Data } from '../data/data.js';
import { isoTime, isoTimeOrNull } from '../hierarchy/iso-time.js';
import { colourOf, countStates } from './execution-states.js';
import { EXECUTION_STATES } from './job-contract.js';
import { type ExecutionRow, executionModel, type JobCounts, type JobRow } from './job-models.js';

export async function countJob(data: Data, jobId: string): Promise<JobCounts> {
  const counted = await Promise.all(
    EXECUTION_STATES.map(async (state) => [state, await data.count(executionModel, { jobId, state })] as const),
  );
  return countStates(counted);
}

export async function jobView(data: Data, job: JobRow) {
  const counts = job.counts ?? (await countJob(data, job.id));
  const { id, name, componentId, componentName, language, createdBy, status, devices } = job;
  const times = { createdAt: isoTime(job.createdAt), expiresAt: isoTime(job.expiresAt) };
  return {
    id,
    name,
    componentId,
    componentName,
    language,
    ...times,
    createdBy,
    status,
    colour: colourOf(counts),
    devices,
    counts: { ...counts },
  };
}

export function executionView(row: ExecutionRow) {
  const { id, jobId, deviceId, hostname, state, exitCode } = row;
  return {
    id,
    jobId,
    deviceId,
    hostname,
    state,
    reason: row.reasonCode ? { code: row.reasonCode, message: row.reasonMessage ?? '' } : null,
    exitCode,
    queuedAt: isoTime(row.queuedAt),
    startedAt: isoTimeOrNull(row.startedAt),
    finishedAt: isoTimeOrNull(row.finishedAt),
  };
}
