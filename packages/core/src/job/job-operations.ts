import type { Static } from 'typebox';
import { directoryRef } from '../access/directory.js';
import { commandsRef } from '../agent/command-service.js';
import { type LiveOutput, liveOutputRef } from '../agent/live-output.js';
import { notFound } from '../hierarchy/not-found.js';
import { implement, type Operation, type OperationContext, staged } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { cancelJob } from './cancel-job.js';
import { readOutput } from './execution-output.js';
import { isOpen } from './execution-states.js';
import { executionsContract, jobsContract } from './job-contract.js';
import { executionModel } from './job-models.js';
import { jobOf } from './job-of.js';
import { jobScript } from './job-script.js';
import { type JobTargets, resolveTargets, targetDevices } from './job-targets.js';
import { executionView, jobView } from './job-views.js';
import { launchJob } from './launch-job.js';
import { listExecutions } from './list-executions.js';
import { listJobs } from './list-jobs.js';
import { relaunchJob } from './relaunch-job.js';

const DEFAULT_EXPIRY_MS = 86_400_000;

/** Quick jobs and their executions. */
export function jobOperations(context: PluginContext): readonly Operation[] {
  const directory = context.use(directoryRef);
  const commands = context.use(commandsRef);
  const liveOutput = context.use(liveOutputRef);
  const services = { context, directory, commands };
  return [
    ...implement('jobs', jobsContract, {
      run: staged({
        prepare: (operation: OperationContext, input: RunInput) => resolveTargets(context, operation, targetsOf(input)),
        run: async (operation, input, ids) => {
          const { name, componentId, script, variables = {}, expiresInMs = DEFAULT_EXPIRY_MS } = input;
          const what = await jobScript(directory, operation, { componentId, script, variables });
          const devices = await targetDevices(operation, ids, targetsOf(input));
          return launchJob(services, operation, { name: name ?? what.componentName, what, devices, expiresInMs });
        },
      }),
      list: listJobs,
      get: async (operation, { jobId }) => jobView(operation, await jobOf(operation.data, jobId)),
      executions: listExecutions,
      cancel: (operation, { jobId }) => cancelJob(commands, liveOutput, operation, jobId),
      relaunch: (operation, { jobId, failedOnly = false }) => relaunchJob(services, operation, jobId, failedOnly),
    }),
    ...implement('executions', executionsContract, {
      get: (operation, { executionId }) => executionDetail(liveOutput, operation, executionId),
    }),
  ];
}

type RunInput = Static<typeof jobsContract.run.input>;

function targetsOf({ deviceIds, groupId, filterId, profileId }: RunInput): JobTargets {
  return {
    ...(deviceIds && { deviceIds }),
    ...(groupId !== undefined && { groupId }),
    ...(filterId !== undefined && { filterId }),
    ...(profileId !== undefined && { profileId }),
  };
}

/** While it runs, with the output that has arrived so far. */
async function executionDetail(liveOutput: LiveOutput, { data, systemId }: OperationContext, executionId: string) {
  const row = await data.one(executionModel, { id: executionId });
  if (!row) throw notFound('execution', executionId);
  const job = await jobOf(data, row.jobId);
  const view = { ...executionView(row), jobName: job.name };
  if (isOpen(row.state)) {
    const { stdout, stderr } = liveOutput.textOf(systemId, executionId) ?? { stdout: '', stderr: '' };
    const bytes = { stdoutBytes: Buffer.byteLength(stdout), stderrBytes: Buffer.byteLength(stderr) };
    return { ...view, stdout, stderr, ...bytes };
  }
  const { stdout, stderr } = await readOutput(data, executionId);
  return { ...view, stdout, stderr, stdoutBytes: row.stdoutBytes, stderrBytes: row.stderrBytes };
}
