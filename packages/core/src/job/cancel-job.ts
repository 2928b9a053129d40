import { RmmError } from '@rmm/protocol';
import { commandModel } from '../agent/command-model.js';
import { type CommandService, REPORT_GRACE_MS } from '../agent/command-service.js';
import type { LiveOutput } from '../agent/live-output.js';
import type { OperationContext } from '../operation/operation.js';
import { endExecutions } from './end-executions.js';
import { OPEN_STATES } from './execution-states.js';
import { executionModel } from './job-models.js';
import { jobOf } from './job-of.js';
import { jobView } from './job-views.js';

/** Names the cancellation of an execution, so that asking twice does not send it twice. */
const cancelId = (executionId: string): string => `cancel-${executionId}`;

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
  if (job.status === 'completed')
    throw new RmmError('JOB_FINISHED', 'The job has already ended; there is nothing to cancel');
  const open = await data.find(executionModel, {
    match: { jobId, state: [...OPEN_STATES] },
    fields: ['id', 'deviceId'],
  });
  const withdrawn = await commands.withdraw(
    data,
    open.map(({ id }) => id),
  );
  await endExecutions(operation, liveOutput, withdrawn, { state: 'cancelled' });
  const ended = new Set(withdrawn);
  const left = open.filter(({ id }) => !ended.has(id));
  const asked = await data.find(commandModel, {
    match: { id: left.map(({ id }) => cancelId(id)) },
    fields: ['id'],
  });
  const known = new Set(asked.map(({ id }) => id));
  const orders = left
    .filter(({ id }) => !known.has(cancelId(id)))
    .map(({ id, deviceId }) => ({ id: cancelId(id), deviceId, detail: { kind: 'job.cancel', target: id } }));
  await commands.enqueueAll(operation, 'job.cancel', orders, job.expiresAt + REPORT_GRACE_MS);
  return jobView(data, await jobOf(data, jobId));
}
