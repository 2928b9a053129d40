import type { Job } from '@rmm/client';
import { Ago, Badge, Segmented } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Loaded } from '../parts/loaded.js';
import { rowLink } from '../parts/row-link.js';
import { Empty } from '../parts/states.js';
import { Link } from '../router/link.js';
import { useRouter, useSearch } from '../router/router-context.js';
import { useQuery } from '../state/client-context.js';
import { useMore } from '../state/use-more.js';
import { JobColour, JobProgress } from './job-bits.js';

const STATUSES = [
  { value: 'all', label: 'All' },
  { value: 'active', label: 'Active' },
  { value: 'completed', label: 'Completed' },
] as const;
const COLOURS = [
  { value: 'all', label: 'Any result' },
  { value: 'green', label: 'Green' },
  { value: 'orange', label: 'Orange' },
  { value: 'red', label: 'Red' },
] as const;

/** Jobs, newest first: of the System or of one device. */
export function JobTable({ deviceId }: { readonly deviceId?: string }) {
  const [query, setQuery] = useSearch();
  const status = STATUSES.find(({ value }) => value === query.get('status'))?.value ?? 'all';
  const colour = COLOURS.find(({ value }) => value === query.get('colour'))?.value ?? 'all';
  const input = {
    ...(deviceId && { deviceId }),
    ...(status !== 'all' && { status }),
    ...(colour !== 'all' && { colour }),
  };
  const jobs = useQuery('jobs.list', input, ['job.changed', 'execution.changed']);
  const { items: pages, hasMore, more } = useMore('jobs.list', input, jobs.data);
  const items = pages.flatMap((page) => page.items);
  const set = (name: string) => (value: string) => setQuery({ [name]: value === 'all' ? undefined : value });
  return (
    <>
      <div class="strip">
        <Segmented label="Status" value={status} choices={STATUSES} onValue={set('status')} />
        <Segmented label="Result" value={colour} choices={COLOURS} onValue={set('colour')} />
      </div>
      <Loaded answer={jobs}>
        {() =>
          items.length === 0 ? (
            <NoJobs narrowed={status !== 'all' || colour !== 'all'} />
          ) : (
            <div class={`sheet-table ${jobs.old ? 'fetching' : ''}`}>
              <Rows items={items} {...(deviceId && { deviceId })} />
              {hasMore && (
                <div class="more">
                  <Button busy={more.busy} onClick={() => void more.run()}>
                    Show earlier jobs
                  </Button>
                </div>
              )}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function NoJobs({ narrowed }: { readonly narrowed: boolean }) {
  if (narrowed) {
    return (
      <Empty icon="job" title="No such jobs">
        No job has this status and result.
      </Empty>
    );
  }
  return (
    <Empty
      icon="job"
      title="No jobs yet"
      actions={
        <Link to="/system/devices" class="button">
          Choose devices
        </Link>
      }
    >
      Select devices in a list and choose Run job: a component of the store, or a script of the moment.
    </Empty>
  );
}

function Rows({ items, deviceId }: { readonly items: readonly Job[]; readonly deviceId?: string }) {
  const router = useRouter();
  return (
    <table class="table" aria-label="Jobs">
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col">Devices</th>
          <th scope="col" class="wide-only">
            Component
          </th>
          <th scope="col" class="wide-only">
            By
          </th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        {items.map((job) => {
          const to = `/jobs/${job.id}${deviceId ? `?device=${deviceId}` : ''}`;
          return (
            <tr key={job.id} {...rowLink(router, to)}>
              <td>
                <span class="name">
                  <JobColour job={job} />
                  <Link to={to} class="cut" tabIndex={-1}>
                    {job.name}
                  </Link>
                </span>
              </td>
              <td>
                <JobProgress job={job} />
              </td>
              <td class="wide-only">
                <span class="row">
                  <span class="cut">{job.componentName}</span>
                  <Badge>{job.language}</Badge>
                </span>
              </td>
              <td class="muted wide-only">
                <span class="cut">{job.createdBy}</span>
              </td>
              <td class="muted">
                <Ago at={job.createdAt} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
