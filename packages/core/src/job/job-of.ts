import type { Data } from '../data/data.js';
import { notFound } from '../hierarchy/not-found.js';
import { type JobRow, jobModel } from './job-models.js';

/** @throws RmmError `NOT_FOUND` */
export async function jobOf(data: Data, id: string): Promise<JobRow> {
  const job = await data.one(jobModel, { id });
  if (!job) throw notFound('job', id);
  return job;
}
