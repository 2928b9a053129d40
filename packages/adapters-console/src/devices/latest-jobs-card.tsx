import { JobColour } from '../jobs/job-bits.js';
import { Ago } from '../parts/bits.js';
import { Loaded } from '../parts/loaded.js';
import { Link } from '../router/link.js';
import { useQuery } from '../state/client-context.js';

export function LatestJobsCard({ deviceId }: { readonly deviceId: string }) {
  const jobs = useQuery('jobs.list', { deviceId, limit: 5 }, [
    { event: 'execution.changed', where: { deviceId } },
    'job.changed',
  ]);
  return (
    <section class="card">
      <header>
        <h2>Latest jobs</h2>
        <Link to={`/devices/${deviceId}/jobs`} class="button ghost small">
          All
        </Link>
      </header>
      <Loaded answer={jobs} waiting={<div class="inner" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="inner muted">No job has run here yet.</p>
          ) : (
            <ul class="list">
              {items.map((job) => (
                <li key={job.id}>
                  <JobColour job={job} />
                  <Link to={`/jobs/${job.id}?device=${deviceId}`} class="grow row">
                    <span class="cut">{job.name}</span>
                  </Link>
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
