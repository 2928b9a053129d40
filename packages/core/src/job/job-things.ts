import { rowNames, rowThing } from '../hierarchy/hierarchy-things.js';
import { hiddenWithDevices, type ThingDef } from '../plugin/thing.js';
import { executionModel, jobModel } from './job-models.js';
import { seenExecutions } from './seen-executions.js';

/** Jobs and executions, as requests name them. A job is visible by any of its executions. */
export const JOB_THINGS: readonly ThingDef[] = [
  {
    kind: 'jobs',
    label: 'job',
    names: rowNames('jobs', jobModel, 'name'),
    hides: hiddenWithDevices,
    visible: async (data, access, ids) => {
      const rows = await data.find(jobModel, { match: { id: ids }, fields: ['id'] });
      const jobIds = rows.map(({ id }) => id);
      if (!access.visibility.devices) return jobIds;
      const seen = await seenExecutions({ data, access }, jobIds);
      return [...new Set(seen.map(({ jobId }) => jobId))];
    },
  },
  rowThing('executions', 'execution', executionModel, ['id', 'deviceId'], ({ visibility }, row) =>
    visibility.device(row.deviceId),
  ),
];
