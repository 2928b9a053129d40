import { RmmError } from '@rmm/protocol';
import { componentModel } from '../component/component-model.js';
import { visibleComponent } from '../component/component-operations.js';
import { deviceModel } from '../hierarchy/device-model.js';
import type { OperationContext } from '../operation/operation.js';
import { OPEN_STATES } from './execution-states.js';
import { variablesContext } from './job-command.js';
import { executionModel, type JobRow } from './job-models.js';
import { jobOf } from './job-of.js';
import { assertMayRunScripts } from './job-script.js';
import { type JobServices, launchJob } from './launch-job.js';

const WELL: readonly string[] = ['success', 'success-warning', ...OPEN_STATES];

/** Runs what a job ran, as it was then, on those of its devices that still are and that the actor sees. */
export async function relaunchJob(
  services: JobServices,
  operation: OperationContext,
  jobId: string,
  failedOnly: boolean,
) {
  const { data, systemId, access } = operation;
  const before = await jobOf(data, jobId);
  await assertMayRun(services, operation, before);
  const all = await data.find(executionModel, { match: { jobId }, fields: ['id', 'deviceId', 'state'] });
  const executions = all.filter(({ deviceId }) => access.visibility.device(deviceId));
  const again = failedOnly ? executions.filter(({ state }) => !WELL.includes(state)) : executions;
  if (again.length === 0)
    throw new RmmError('INVALID_INPUT', 'failedOnly: the job failed on no device; nothing would run');
  const devices = await data.find(deviceModel, {
    match: { id: again.map(({ deviceId }) => deviceId), state: 'active' },
    fields: ['id', 'hostname', 'profileId'],
  });
  if (devices.length === 0) {
    throw new RmmError('DEVICE_SUSPENDED', 'All devices of the job were deleted; restore one of them first');
  }
  const { secretBox } = services.context;
  const opened = await secretBox.open(before.sealedVariables, variablesContext(systemId, jobId));
  const { componentId, componentUid, componentName, language, script, timeoutMs, name } = before;
  const variables = JSON.parse(opened) as Record<string, string>;
  return launchJob(services, operation, {
    name,
    what: { componentId, componentUid, componentName, language, script, timeoutMs, variables },
    devices,
    expiresInMs: before.expiresAt - before.createdAt,
  });
}

/** What is in no component, or no longer, is a script of the moment. */
async function assertMayRun({ directory }: JobServices, operation: OperationContext, job: JobRow): Promise<void> {
  const { data, actor } = operation;
  const stored = job.componentId !== null && (await data.one(componentModel, { id: job.componentId }));
  if (stored) await visibleComponent(data, directory, actor, stored.id);
  else await assertMayRunScripts(directory, operation);
}
