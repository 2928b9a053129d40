import type { Job } from '@rmm/client';
import type { ViewProps } from '../app/view-props.js';
import { Button } from '../parts/button.js';
import { confirm } from '../parts/confirm.js';
import { Level } from '../parts/level.js';
import { Failed } from '../parts/states.js';
import { useRouter } from '../router/router-context.js';
import { useCan, useClient, useQuery } from '../state/client-context.js';
import { toast } from '../state/toasts.js';
import { useAction } from '../state/use-action.js';
import { ExecutionsSplit } from './executions-split.js';
import { countsText, JobColour, JobOrigin, JobProgress } from './job-bits.js';

/** A job, watched live: its devices at the left, the output of one at the right. */
export function JobView({ params: { jobId = '' } }: ViewProps) {
  const { data, error, store } = useQuery('jobs.get', { jobId }, [{ event: '*', where: { jobId } }]);
  return (
    <Level
      keep
      name={data?.name ?? 'Job'}
      title={
        data ? (
          <span class="row">
            <JobColour job={data} />
            <span class="cut">{data.name}</span>
          </span>
        ) : (
          ' '
        )
      }
      crumbs={[{ to: '/jobs', label: 'Jobs' }]}
      actions={data && <JobActions job={data} />}
    >
      {data ? (
        <div class="content flush">
          {data.devices > 1 && (
            <div class="strip slim">
              <JobProgress job={data} tall />
              <span class="muted">{countsText(data)}</span>
              <span class="grow" />
              <JobOrigin job={data} />
            </div>
          )}
          <ExecutionsSplit key={data.id} job={data} />
        </div>
      ) : (
        <div class="content">{error && <Failed error={error} retry={() => void store.refresh()} />}</div>
      )}
    </Level>
  );
}

function JobActions({ job }: { readonly job: Job }) {
  const client = useClient();
  const router = useRouter();
  const can = useCan();
  const cancel = useAction(async () => {
    const open = job.counts.waiting + job.counts.running;
    const yes = await confirm({
      title: `Cancel “${job.name}”?`,
      body: (
        <p>
          {open === 1 ? 'One device has' : `${open} devices have`} not ended it yet. Running scripts are ended, with
          everything they started.
        </p>
      ),
      action: 'Cancel job',
    });
    if (!yes) return;
    await client.jobs.cancel({ jobId: job.id });
    client.invalidate('jobs.*');
    toast('The job is being cancelled.');
  });
  const relaunch = useAction(async (failedOnly: boolean) => {
    const { id } = await client.jobs.relaunch({ jobId: job.id, ...(failedOnly && { failedOnly }) });
    client.invalidate('jobs.*');
    toast('The job runs again.');
    router.navigate(`/jobs/${id}`);
  });
  if (!can('jobs', 'manage')) return null;
  const active = job.status === 'active';
  return (
    <div class="row tight">
      {active && (
        <Button icon="stop" busy={cancel.busy} onClick={() => void cancel.run()}>
          Cancel job
        </Button>
      )}
      {job.counts.failed > 0 && job.devices > 1 && (
        <Button busy={relaunch.busy} onClick={() => void relaunch.run(true)}>
          Relaunch failed
        </Button>
      )}
      {!active && (
        <Button icon="refresh" busy={relaunch.busy} onClick={() => void relaunch.run(false)}>
          Relaunch
        </Button>
      )}
    </div>
  );
}
