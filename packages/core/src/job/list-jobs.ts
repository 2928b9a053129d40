import { decodeCursor, encodeCursor } from '../data/cursor.js';
import type { Data } from '../data/data.js';
import type { Where } from '../storage/storage.js';
import type { JobColour } from './job-contract.js';
import { executionModel, type JobRow, jobModel } from './job-models.js';
import { jobView } from './job-views.js';

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
export async function listJobs(data: Data, { cursor, limit = 100, ...wanted }: Listing) {
  const items: Awaited<ReturnType<typeof jobView>>[] = [];
  for (let after = decodeCursor(cursor); ; ) {
    const step = await nextJobs(data, wanted, after);
    for (const job of step.jobs) {
      const view = await jobView(data, job);
      if (wanted.colour && view.colour !== wanted.colour) continue;
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
  data: Data,
  { status, colour, deviceId }: Listing,
  after: { id: string } | undefined,
): Promise<Step> {
  const ids = deviceId === undefined ? undefined : await jobsOfDevice(data, deviceId, after);
  if (ids?.length === 0) return { jobs: [], last: undefined };
  const jobs = await data.find(jobModel, {
    match: { ...(status && { status }), ...(ids && { id: ids }) },
    ...(colour && { where: maybe(colour) }),
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

/** The ids of the next jobs that ran on a device. A job has one execution there, and ids grow with time. */
async function jobsOfDevice(
  data: Data,
  deviceId: string,
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
