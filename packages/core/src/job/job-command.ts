import { type ErrorCode, RmmError } from '@rmm/protocol';
import type { CommandFault } from '../agent/command-fault.js';
import type { CommandEnd, CommandKind } from '../agent/command-kind.js';
import type { CommandRow } from '../agent/command-model.js';
import { type CommandService, REPORT_GRACE_MS } from '../agent/command-service.js';
import type { LiveOutput } from '../agent/live-output.js';
import type { Data } from '../data/data.js';
import { deviceModel } from '../hierarchy/device-model.js';
import { effectiveVariables } from '../hierarchy/variable-operations.js';
import type { OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { endExecutions } from './end-executions.js';
import { storeOutput } from './execution-output.js';
import type { ExecutionState } from './job-contract.js';
import { type ExecutionRow, executionModel, type JobRow, jobModel } from './job-models.js';
import { orderCancellations } from './order-cancellations.js';

/** Binds a job's sealed variables to their place. */
export const variablesContext = (systemId: string, jobId: string) => `${systemId}/job/${jobId}/variables`;

/** What the command of an execution keeps. */
export interface RunDetail {
  /** The Profile that the device was in when the job was made. */
  readonly profileId: string;
}

const NOT_FETCHED: CommandFault = {
  code: 'COMMAND_EXPIRED',
  message: 'The device was not online before the job expired',
};

/** How an execution follows its command from queue to end. */
export function jobCommand(context: PluginContext, commands: CommandService, liveOutput: LiveOutput): CommandKind {
  const end = (operation: OperationContext, { id }: CommandRow, state: ExecutionState, reason?: CommandFault) =>
    endExecutions(operation, liveOutput, [id], { state, ...(reason && reasonOf(reason)) });

  return {
    kind: 'job.run',
    ofProfile: true,
    body: async (data, command) => {
      const execution = await data.one(executionModel, { id: command.id });
      const job = execution && (await data.one(jobModel, { id: execution.jobId }));
      const device = await data.one(deviceModel, { id: command.deviceId });
      if (!job || !device) return undefined;
      assertNotMoved(command, device.profileId);
      return {
        kind: 'job.run',
        component: { uid: job.componentUid, name: job.componentName },
        language: job.language,
        script: job.script,
        environment: await environmentOf(context, data, job, device.profileId),
        timeoutMs: job.timeoutMs,
      };
    },
    accepted: (operation, commands) => acceptExecutions(operation, commands),
    started: (operation, { id }, at) => startExecution(operation, id, at),
    refused: (operation, command, reason) => end(operation, command, stateForFault(reason.code, 'refused'), reason),
    expired: (operation, command) => end(operation, command, 'expired', NOT_FETCHED),
    lost: (operation, command, reason) => end(operation, command, 'error', reason),
    recalled: async (operation, rows) => {
      const expiresAt = Math.max(...rows.map((row) => row.expiresAt)) + REPORT_GRACE_MS;
      await orderCancellations(commands, operation, rows, expiresAt);
    },
    withdrawn: (operation, command, reason) => end(operation, command, 'cancelled', reason),
    finished: async (operation, { id, fault }, result) => {
      await storeOutput(operation.data, id, result);
      await endExecutions(operation, liveOutput, [id], {
        ...stateOf(result, fault),
        exitCode: result.exitCode,
        ...(result.startedAt !== null && { startedAt: result.startedAt }),
        finishedAt: result.at,
        stdoutBytes: result.stdoutBytes,
        stderrBytes: result.stderrBytes,
      });
    },
  };
}

async function acceptExecutions({ data, emit }: OperationContext, commands: readonly CommandRow[]): Promise<void> {
  const queued = await data.find(executionModel, { match: { id: commands.map(({ id }) => id), state: 'queued' } });
  await data.update(executionModel, { id: queued.map(({ id }) => id) }, { state: 'accepted' });
  for (const { id, jobId, deviceId } of queued) {
    emit('execution.changed', { jobId, executionId: id, deviceId, state: 'accepted' });
  }
}

async function startExecution({ data, emit }: OperationContext, id: string, startedAt: number): Promise<void> {
  const waiting = { id, state: ['queued', 'accepted'] } as const;
  if ((await data.update(executionModel, waiting, { state: 'running', startedAt })) === 0) return;
  const execution = await data.one(executionModel, { id });
  if (!execution) return;
  const { jobId, deviceId } = execution;
  emit('execution.changed', { jobId, executionId: id, deviceId, state: 'running' });
}

const reasonOf = ({ code, message }: CommandFault) => ({ reasonCode: code, reasonMessage: message });

/** @param recalled why the command was taken back, if it was */
function stateOf(
  end: CommandEnd,
  recalled: CommandFault | null,
): Pick<ExecutionRow, 'state' | 'reasonCode' | 'reasonMessage'> {
  const reason = end.error ? reasonOf(end.error) : { reasonCode: null, reasonMessage: null };
  switch (end.outcome) {
    case 'timed-out':
      return { state: 'timed-out', ...reason };
    case 'cancelled':
      return { state: 'cancelled', ...(recalled && !end.error ? reasonOf(recalled) : reason) };
    case 'exited':
      return { state: end.exitCode === 0 ? 'success' : 'error', ...reason };
    case 'failed':
      return { state: stateForFault(end.error?.code, 'error'), ...reason };
  }
}

/**
 * Whoever made the job had rights on the device in that Profile; the variables of another one are none of theirs. A move
 * withdraws what waits, so this only finds what slipped through.
 * @throws RmmError `DEVICE_MOVED`
 */
function assertNotMoved({ detail }: CommandRow, profileId: string): void {
  if ((detail as Partial<RunDetail>).profileId === profileId) return;
  throw new RmmError('DEVICE_MOVED', 'The device was moved to another Profile after the job was made; run it again');
}

/** Some reasons have a state of their own, however the agent worded them. */
function stateForFault(code: ErrorCode | undefined, otherwise: ExecutionState): ExecutionState {
  if (code === 'COMMAND_EXPIRED') return 'expired';
  return code === 'INTERPRETER_MISSING' ? 'refused' : otherwise;
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
