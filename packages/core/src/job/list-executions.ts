import { decodeCursor, pageOf } from '../data/cursor.js';
import type { ExecutionState } from './job-contract.js';
import { type ExecutionRow, executionModel } from './job-models.js';
import { executionView } from './job-views.js';
import { fewDevices, type JobSight } from './seen-executions.js';

/** Executions looked at in one step at least. */
const STEP = 500;

interface Listing {
  readonly jobId: string;
  readonly state?: ExecutionState;
  readonly cursor?: string;
  readonly limit?: number;
}

/** A job's executions on the devices that the actor sees, a page at a time. */
export async function listExecutions({ data, access }: JobSight, { jobId, state, cursor, limit = 100 }: Listing) {
  const deviceId = fewDevices({ access });
  const step = access.visibility.devices && !deviceId ? Math.max(STEP, limit + 1) : limit + 1;
  const shown: ExecutionRow[] = [];
  for (let after = decodeCursor(cursor); ; ) {
    const found = await data.find(executionModel, {
      match: { jobId, ...(state && { state }), ...(deviceId && { deviceId }) },
      order: [{ field: 'id' }],
      limit: step,
      ...(after && { after }),
    });
    shown.push(...found.filter((row) => access.visibility.device(row.deviceId)));
    const last = found.at(-1);
    if (!last || found.length < step || shown.length > limit) break;
    after = { id: last.id };
  }
  const page = pageOf(shown, limit);
  return { items: page.rows.map(executionView), cursor: page.cursor };
}
