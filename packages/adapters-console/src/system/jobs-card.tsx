import { JobColour, JobProgress } from '../jobs/job-bits.js';
import { Ago } from '../parts/bits.js';
import { Loaded } from '../parts/loaded.js';
import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useQuery } from '../state/client-context.js';

/** The latest jobs. */
export function JobsCard() {
  const jobs = useQuery('jobs.list', { limit: 6 }, ['job.changed', 'execution.changed']);
  return (
    <section class="card">
      <header>
        <h2>Recent jobs</h2>
        <Link to="/jobs" class="button ghost small">
          All jobs
        </Link>
      </header>
      <Loaded answer={jobs} waiting={<div class="inner" />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="job" title="No jobs yet" compact>
              Select devices in a list and choose Run job.
            </Empty>
          ) : (
            <ul class="list">
              {items.map((job) => (
                <li key={job.id}>
                  <JobColour job={job} />
                  <Link to={`/jobs/${job.id}`} class="grow row">
                    <span class="cut">{job.name}</span>
                  </Link>
                  <JobProgress job={job} />
                  <span class="muted when">
                    <Ago at={job.createdAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
