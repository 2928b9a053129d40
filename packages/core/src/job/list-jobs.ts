import type { Static } from 'typebox';
import { decodeCursor, encodeCursor } from '../data/cursor.js';
import type { Data } from '../data/data.js';
import type { Where } from '../storage/storage.js';
import type { JobColour, JobView } from './job-contract.js';
import { executionModel, type JobRow, jobModel } from './job-models.js';
import { seenJobView } from './job-views.js';
import { fewDevices, type JobSight } from './seen-executions.js';

/** Jobs looked at in one step. */
const STEP = 200;

interface Listing {
  readonly status?: JobRow['status'];
  readonly colour?: JobColour;
  readonly deviceId?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** Newest first. What storage cannot tell is sorted out by reading on until a page is full. */
export async function listJobs(context: JobSight, { cursor, limit = 100, ...wanted }: Listing) {
  const items: Static<typeof JobView>[] = [];
  for (let after = decodeCursor(cursor); ; ) {
    const step = await nextJobs(context, wanted, after);
    for (const job of step.jobs) {
      const view = await seenJobView(context, job);
      if (!view || (wanted.colour && view.colour !== wanted.colour)) continue;
      if (wanted.status && view.status !== wanted.status) continue;
      if (items.length === limit) return { items, cursor: encodeCursor(items.at(-1)?.id ?? '') };
      items.push(view);
    }
    if (!step.last) return { items, cursor: null };
    after = { id: step.last };
  }
}

interface Step {
  readonly jobs: readonly JobRow[];
  /** Where the next step goes on; undefined at the end. */
  readonly last: string | undefined;
}

async function nextJobs(
  { data, access }: JobSight,
  { status, colour, deviceId }: Listing,
  after: { id: string } | undefined,
): Promise<Step> {
  const devices = deviceId === undefined ? fewDevices({ access }) : [deviceId];
  const ids = devices && (await jobsOfDevices(data, devices, after));
  if (ids?.length === 0) return { jobs: [], last: undefined };
  // For those who do not see all of a job, it may have another colour, and have ended before the rest.
  const partly = access.visibility.devices !== undefined;
  const certain = status !== undefined && (!partly || status === 'active');
  const jobs = await data.find(jobModel, {
    match: { ...(certain && { status }), ...(ids && { id: [...new Set(ids)] }) },
    ...(colour && !partly && { where: maybe(colour) }),
    order: [{ field: 'id', dir: 'desc' }],
    limit: STEP,
    ...(after && { after }),
  });
  if (ids) return { jobs, last: ids.length < STEP ? undefined : ids.at(-1) };
  return { jobs, last: jobs.length < STEP ? undefined : jobs.at(-1)?.id };
}

/** Completed jobs have a colour; that of the others changes from moment to moment. */
const maybe = (colour: JobColour): Where => ({
  any: [
    { field: 'colour', op: 'eq', value: colour },
    { field: 'status', op: 'eq', value: 'active' },
  ],
});

/**
 * The ids of the next jobs that ran on any of the devices, as often as they did. A job has one execution on a device, and
 * ids grow with time.
 */
async function jobsOfDevices(
  data: Data,
  deviceId: readonly string[],
  after: { id: string } | undefined,
): Promise<readonly string[]> {
  const executions = await data.find(executionModel, {
    match: { deviceId },
    ...(after && { where: { field: 'jobId', op: 'lt', value: after.id } as const }),
    order: [{ field: 'jobId', dir: 'desc' }],
    limit: STEP,
    fields: ['jobId'],
  });
  return executions.map(({ jobId }) => jobId);
}
