import type { LiveOutput } from '../agent/live-output.js';
import type { OperationContext } from '../operation/operation.js';
import { colourOf, OPEN_STATES } from './execution-states.js';
import type { ExecutionState } from './job-contract.js';
import { type ExecutionRow, executionModel, jobModel } from './job-models.js';
import { countJob } from './job-views.js';

export type ExecutionEnd = Partial<ExecutionRow> & { readonly state: ExecutionState };

/** Moves open executions of any jobs to their end, and each job with its last one. Those that have ended stay as they are. */
export async function endExecutions(
  operation: OperationContext,
  liveOutput: LiveOutput,
  ids: readonly string[],
  end: ExecutionEnd,
): Promise<void> {
  const { data } = operation;
  const open = await data.find(executionModel, { match: { id: ids, state: [...OPEN_STATES] } });
  if (open.length === 0) return;
  const after: Partial<ExecutionRow> = { finishedAt: operation.now, ...end };
  await data.update(executionModel, { id: open.map(({ id }) => id) }, after);
  for (const { id, jobId, deviceId } of open) {
    operation.afterCommit(() => liveOutput.forget(operation.systemId, id));
    operation.emit('execution.changed', { jobId, executionId: id, deviceId, state: end.state });
  }
  for (const jobId of new Set(open.map((execution) => execution.jobId))) await completeJob(operation, jobId);
}

/** Has a job end with its last execution. */
async function completeJob({ data, emit }: OperationContext, jobId: string): Promise<void> {
  const match = { jobId, state: [...OPEN_STATES] };
  const [open] = await data.find(executionModel, { match, limit: 1, fields: ['id'] });
  if (open) return;
  const counts = await countJob(data, jobId);
  await data.update(jobModel, { id: jobId }, { status: 'completed', counts, colour: colourOf(counts) });
  emit('job.changed', { jobId });
}
