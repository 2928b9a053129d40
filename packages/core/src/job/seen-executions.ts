import type { OperationContext } from '../operation/operation.js';
import { type ExecutionRow, executionModel } from './job-models.js';

export type JobSight = Pick<OperationContext, 'data' | 'access'>;

/** So many visible devices are named to storage rather than looked for among what it finds. */
const FEW = 1000;

/** The ids of the devices that an actor sees, where they are few; undefined for many, or all. */
export function fewDevices({ access }: Pick<JobSight, 'access'>): readonly string[] | undefined {
  const { devices } = access.visibility;
  return devices && devices.count <= FEW ? [...devices] : undefined;
}

/** What of jobs ran, or is to run, on devices that the actor sees. Without such an execution there is no job for them. */
export async function seenExecutions(
  { data, access }: JobSight,
  jobIds: readonly string[],
): Promise<readonly Pick<ExecutionRow, 'jobId' | 'state'>[]> {
  const deviceId = fewDevices({ access });
  if (jobIds.length === 0 || deviceId?.length === 0) return [];
  const found = await data.find(executionModel, {
    match: { jobId: jobIds, ...(deviceId && { deviceId }) },
    fields: ['jobId', 'deviceId', 'state'],
  });
  return found.filter((row) => access.visibility.device(row.deviceId));
}
