import type { Static } from 'typebox';
import type { Data } from '../data/data.js';
import { isoTime, isoTimeOrNull } from '../hierarchy/iso-time.js';
import { notFound } from '../hierarchy/not-found.js';
import { colourOf, countStates } from './execution-states.js';
import { EXECUTION_STATES, type JobView } from './job-contract.js';
import { type ExecutionRow, executionModel, type JobCounts, type JobRow } from './job-models.js';
import { type JobSight, seenExecutions } from './seen-executions.js';

export async function countJob(data: Data, jobId: string): Promise<JobCounts> {
  const counted = await Promise.all(
    EXECUTION_STATES.map(async (state) => [state, await data.count(executionModel, { jobId, state })] as const),
  );
  return countStates(counted);
}

type View = Static<typeof JobView>;

/** A job as an actor sees it. @throws RmmError `NOT_FOUND` for one who sees none of its executions */
export async function jobView(context: JobSight, job: JobRow): Promise<View> {
  const seen = await seenJobView(context, job);
  if (!seen) throw notFound('job', job.id);
  return seen;
}

/** The same; undefined for an actor who sees none of its executions. For others only those count that they see. */
export async function seenJobView(context: JobSight, job: JobRow): Promise<View | undefined> {
  const { data, access } = context;
  if (!access.visibility.devices) return view(job, job.counts ?? (await countJob(data, job.id)));
  const seen = await seenExecutions(context, [job.id]);
  if (seen.length === 0) return undefined;
  const counts = countStates(seen.map(({ state }) => [state, 1] as const));
  const status = counts.waiting + counts.running > 0 ? 'active' : 'completed';
  return view({ ...job, status, devices: seen.length }, counts);
}

function view(job: JobRow, counts: JobCounts): View {
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
