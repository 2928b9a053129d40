import type { ErrorCode } from '@rmm/protocol';
import type { CommandEnd, CommandKind } from '../agent/command-kind.js';
import type { CommandRow } from '../agent/command-model.js';
import type { LiveOutput } from '../agent/live-output.js';
import type { Data } from '../data/data.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { effectiveVariables } from '../hierarchy/variable-operations.js';
import type { OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { isOpen, OPEN_STATES } from './execution-states.js';
import type { ExecutionState } from './job-contract.js';
import { type ExecutionRow, executionModel, executionOutputModel, type JobRow, jobModel } from './job-models.js';
import { countJob } from './job-views.js';

/** Binds a job's sealed variables to their place. */
export const variablesContext = (systemId: string, jobId: string) => `${systemId}/job/${jobId}/variables`;

interface Reason {
  readonly code: ErrorCode;
  readonly message: string;
}

/** How an execution follows its command from queue to end. */
export function jobCommand(context: PluginContext, liveOutput: LiveOutput): CommandKind {
  const end = (operation: OperationContext, id: string, set: Partial<ExecutionRow> & { state: ExecutionState }) =>
    endExecution(operation, liveOutput, id, set);
  const fail = (operation: OperationContext, { id }: CommandRow, state: ExecutionState, reason: Reason) =>
    end(operation, id, { state, reasonCode: reason.code, reasonMessage: reason.message });

  return {
    kind: 'job.run',
    body: async (data, command) => {
      const execution = await data.one(executionModel, { id: command.id });
      const job = execution && (await data.one(jobModel, { id: execution.jobId }));
      const device = await data.one(deviceModel, { id: command.deviceId });
      if (!job || !device) return undefined;
      return {
        kind: 'job.run',
        component: { uid: job.componentUid, name: job.componentName },
        language: job.language,
        script: job.script,
        environment: await environmentOf(context, data, job, device.profileId),
        timeoutMs: job.timeoutMs,
      };
    },
    accepted: async (operation, commands) => {
      const ids = commands.map(({ id }) => id);
      await operation.data.update(executionModel, { id: ids, state: 'queued' }, { state: 'accepted' });
      for (const execution of await operation.data.find(executionModel, { match: { id: ids } }))
        tell(operation, execution);
    },
    started: async (operation, command, at) => {
      const moved = await operation.data.update(
        executionModel,
        { id: command.id, state: ['queued', 'accepted'] },
        { state: 'running', startedAt: at },
      );
      const execution = moved > 0 && (await operation.data.one(executionModel, { id: command.id }));
      if (execution) tell(operation, execution);
    },
    refused: (operation, command, reason) => fail(operation, command, 'refused', reason),
    expired: (operation, command) =>
      fail(operation, command, 'expired', {
        code: 'COMMAND_EXPIRED',
        message: 'The device was not online before the job expired',
      }),
    lost: (operation, command) =>
      fail(operation, command, 'error', {
        code: 'AGENT_INTERRUPTED',
        message: 'The agent accepted the job but no longer knows of it',
      }),
    finished: async (operation, command, result) => {
      const { stdout, stderr } = result;
      if (stdout !== '' || stderr !== '') {
        await operation.data.put(executionOutputModel, { executionId: command.id, stdout, stderr });
      }
      await end(operation, command.id, {
        ...stateOf(result),
        exitCode: result.exitCode,
        ...(result.startedAt !== null && { startedAt: result.startedAt }),
        finishedAt: result.at,
        stdoutBytes: result.stdoutBytes,
        stderrBytes: result.stderrBytes,
      });
    },
  };
}

/** Moves an open execution to its end, and its job with the last one. An execution that has ended stays as it is. */
export async function endExecution(
  operation: OperationContext,
  liveOutput: LiveOutput,
  id: string,
  set: Partial<ExecutionRow> & { state: ExecutionState },
): Promise<void> {
  const { data } = operation;
  const before = await data.one(executionModel, { id });
  if (!before || !isOpen(before.state)) return;
  const after: Partial<ExecutionRow> = { finishedAt: operation.now, ...set };
  await data.update(executionModel, { id, state: [...OPEN_STATES] }, after);
  operation.afterCommit(() => liveOutput.forget(operation.systemId, id));
  tell(operation, { ...before, ...after });
  const open = await data.find(executionModel, {
    match: { jobId: before.jobId, state: [...OPEN_STATES] },
    limit: 1,
    fields: ['id'],
  });
  if (open.length > 0) return;
  await data.update(
    jobModel,
    { id: before.jobId },
    { status: 'completed', counts: await countJob(data, before.jobId) },
  );
  operation.emit('job.changed', { jobId: before.jobId });
}

function tell(operation: OperationContext, { id, jobId, deviceId, state }: ExecutionRow): void {
  operation.emit('execution.changed', { jobId, executionId: id, deviceId, state });
}

function stateOf(end: CommandEnd): Pick<ExecutionRow, 'state' | 'reasonCode' | 'reasonMessage'> {
  const reason = { reasonCode: end.error?.code ?? null, reasonMessage: end.error?.message ?? null };
  switch (end.outcome) {
    case 'timed-out':
    case 'cancelled':
      return { state: end.outcome, ...reason };
    case 'exited':
      return { state: end.exitCode === 0 ? 'success' : 'error', ...reason };
    case 'failed':
      return { state: end.error?.code === 'INTERPRETER_MISSING' ? 'refused' : 'error', ...reason };
  }
}

/** Variables of the System, overridden by the Profile's, overridden by the job's own. */
async function environmentOf(
  context: PluginContext,
  data: Data,
  job: JobRow,
  profileId: string,
): Promise<Record<string, string>> {
  const opened = await context.secretBox.open(job.sealedVariables, variablesContext(data.systemId, job.id));
  const own = JSON.parse(opened) as Record<string, string>;
  return { ...(await effectiveVariables(data, context.secretBox, profileId)), ...own };
}
