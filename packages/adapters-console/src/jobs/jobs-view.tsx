import { Level } from '../parts/level.js';
import { JobTable } from './job-table.js';

/** All jobs, active and completed. */
export function JobsView() {
  return (
    <Level title="Jobs" name="Jobs">
      <div class="content flush">
        <JobTable />
      </div>
    </Level>
  );
}
