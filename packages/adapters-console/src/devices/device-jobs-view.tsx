import type { ViewProps } from '../app/view-props.js';
import { JobTable } from '../jobs/job-table.js';
import { DeviceLevel } from './device-level.js';

/** The jobs that ran, run or will run on a device. */
export function DeviceJobsView({ params: { deviceId = '' } }: ViewProps) {
  return (
    <DeviceLevel deviceId={deviceId}>
      {() => (
        <div class="content flush">
          <JobTable deviceId={deviceId} />
        </div>
      )}
    </DeviceLevel>
  );
}
