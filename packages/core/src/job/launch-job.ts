import type { Directory } from '../access/directory.js';
import type { CommandService } from '../agent/command-service.js';
import type { DeviceRow } from '../hierarchy/device-model.js';
import type { OperationContext } from '../operation/operation.js';
import type { PluginContext } from '../plugin/plugin.js';
import { type RunDetail, variablesContext } from './job-command.js';
import { type ExecutionRow, executionModel, type JobRow, jobModel } from './job-models.js';
import type { JobScript } from './job-script.js';
import { jobView } from './job-views.js';

export interface JobServices {
  readonly context: PluginContext;
  readonly directory: Directory;
  readonly commands: CommandService;
}

interface Launch {
  readonly name: string;
  readonly what: JobScript;
  readonly devices: readonly Pick<DeviceRow, 'id' | 'hostname' | 'profileId'>[];
  readonly expiresInMs: number;
}

/** Makes a job with an execution for each device, and the commands that carry them. */
export async function launchJob(
  { context, directory, commands }: JobServices,
  operation: OperationContext,
  { name, what, devices, expiresInMs }: Launch,
) {
  const { data, now, systemId } = operation;
  const { variables, ...script } = what;
  const id = context.ids.next();
  const job: JobRow = {
    id,
    name,
    ...script,
    sealedVariables: await context.secretBox.seal(JSON.stringify(variables), variablesContext(systemId, id)),
    createdAt: now,
    createdBy: await directory.nameOf(operation.actor),
    expiresAt: now + expiresInMs,
    status: 'active',
    devices: devices.length,
    counts: null,
    colour: null,
  };
  const executions: ExecutionRow[] = [];
  const carried = devices.map((device) => {
    const execution = newExecution(context.ids.next(), job, device);
    executions.push(execution);
    const detail: RunDetail = { profileId: device.profileId };
    return { id: execution.id, deviceId: device.id, detail };
  });
  await data.insert(jobModel, job);
  await data.insertAll(executionModel, executions);
  await commands.enqueueAll(operation, 'job.run', carried, job.expiresAt);
  operation.emit('job.changed', { jobId: id });
  return jobView(operation, job);
}

function newExecution(id: string, job: JobRow, device: Pick<DeviceRow, 'id' | 'hostname'>): ExecutionRow {
  return {
    id,
    jobId: job.id,
    deviceId: device.id,
    hostname: device.hostname,
    state: 'queued',
    reasonCode: null,
    reasonMessage: null,
    exitCode: null,
    queuedAt: job.createdAt,
    startedAt: null,
    finishedAt: null,
    stdoutBytes: 0,
    stderrBytes: 0,
  };
}
