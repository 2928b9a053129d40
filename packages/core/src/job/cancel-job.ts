import { RmmError } from '@rmm/protocol';
import { type CommandService, REPORT_GRACE_MS } from '../agent/command-service.js';
import type { LiveOutput } from '../agent/live-output.js';
import type { OperationContext } from '../operation/operation.js';
import { endExecutions } from './end-executions.js';
import { OPEN_STATES } from './execution-states.js';
import { type ExecutionRow, executionModel, type JobRow } from './job-models.js';
import { jobOf } from './job-of.js';
import { jobView } from './job-views.js';
import { orderCancellations } from './order-cancellations.js';

/**
 * What no agent was given ends at once. For the rest the agent is asked, and the execution ends as the agent tells: it
 * may be running, or have ended a moment ago.
 */
export async function cancelJob(
  commands: CommandService,
  liveOutput: LiveOutput,
  operation: OperationContext,
  jobId: string,
) {
  const { data } = operation;
  const job = await jobOf(data, jobId);
  const open = await openExecutions(operation, job);
  const withdrawn = await commands.withdraw(
    data,
    open.map(({ id }) => id),
  );
  await endExecutions(operation, liveOutput, withdrawn, { state: 'cancelled' });
  const ended = new Set(withdrawn);
  const left = open.filter(({ id }) => !ended.has(id));
  await orderCancellations(commands, operation, left, job.expiresAt + REPORT_GRACE_MS);
  return jobView(operation, await jobOf(data, jobId));
}

/** What has not ended of a job. @throws RmmError `JOB_FINISHED` when there is nothing that the actor sees, `FORBIDDEN` */
async function openExecutions(
  { data, access: { visibility } }: OperationContext,
  { id, status }: JobRow,
): Promise<readonly Pick<ExecutionRow, 'id' | 'deviceId'>[]> {
  const open = await data.find(executionModel, {
    match: { jobId: id, state: [...OPEN_STATES] },
    fields: ['id', 'deviceId'],
  });
  const seen = visibility.devices ? open.filter(({ deviceId }) => visibility.device(deviceId)) : open;
  if (status === 'completed' || (visibility.devices && seen.length === 0)) {
    throw new RmmError('JOB_FINISHED', 'The job has already ended; there is nothing to cancel');
  }
  if (seen.length === open.length) return open;
  throw new RmmError(
    'FORBIDDEN',
    'The job also runs on devices that your role does not show you; somebody who sees them all can cancel it',
  );
}
