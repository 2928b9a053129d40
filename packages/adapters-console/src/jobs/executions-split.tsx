import type { Execution, ExecutionState, Job } from '@rmm/client';
import { formatDuration } from '../format/time.js';
import { Button } from '../parts/button.js';
import { Select } from '../parts/field.js';
import { Loaded } from '../parts/loaded.js';
import { moveFocus } from '../parts/move-focus.js';
import { Empty } from '../parts/states.js';
import { useSearch } from '../router/router-context.js';
import { useQuery } from '../state/client-context.js';
import { useMore } from '../state/use-more.js';
import { EXECUTION_STATES, JobOrigin, StateDot, stateLabel } from './job-bits.js';
import { OutputPane } from './output-pane.js';

const LIMIT = 200;

/** The job's devices, and the output of the chosen one. */
export function ExecutionsSplit({ job }: { readonly job: Job }) {
  const [query, setQuery] = useSearch();
  const state = EXECUTION_STATES.find((one) => one === query.get('state'));
  const input = { jobId: job.id, limit: LIMIT, ...(state && { state }) };
  const answer = useQuery('jobs.executions', input, [{ event: 'execution.changed', where: { jobId: job.id } }]);
  const { items: pages, hasMore, more } = useMore('jobs.executions', input, answer.data);
  const items = pages.flatMap((page) => page.items);
  const chosen =
    items.find(({ id }) => id === query.get('execution')) ??
    items.find(({ deviceId }) => deviceId === query.get('device')) ??
    items[0];
  return (
    <div class={`split ${job.devices > 1 ? '' : 'alone'}`}>
      {job.devices > 1 && (
        <div class="split-list">
          <StateFilter state={state} onState={(next) => setQuery({ state: next, execution: undefined })} />
          <Loaded answer={answer}>
            {() => (
              <ul onKeyDown={(event) => moveFocus(event, 'button')} aria-label="Devices of this job">
                {items.map((execution) => (
                  <ExecutionLine
                    key={execution.id}
                    execution={execution}
                    chosen={execution.id === chosen?.id}
                    onChoose={() => setQuery({ execution: execution.id, device: undefined }, { replace: true })}
                  />
                ))}
              </ul>
            )}
          </Loaded>
          {hasMore && (
            <div class="more">
              <Button size="small" busy={more.busy} onClick={() => void more.run()}>
                Show more
              </Button>
            </div>
          )}
        </div>
      )}
      <div class="split-detail">
        {chosen ? (
          <OutputPane key={chosen.id} executionId={chosen.id} aside={job.devices === 1 && <JobOrigin job={job} />} />
        ) : (
          answer.data && (
            <Empty icon="job" title="No device in this state">
              Choose another state at the left.
            </Empty>
          )
        )}
      </div>
    </div>
  );
}

interface FilterProps {
  readonly state: ExecutionState | undefined;
  readonly onState: (state: string | undefined) => void;
}

function StateFilter({ state, onState }: FilterProps) {
  return (
    <div class="split-head">
      <Select
        class="small"
        aria-label="Devices in this state"
        value={state ?? ''}
        choices={[
          { value: '', label: 'All states' },
          ...EXECUTION_STATES.map((one) => ({ value: one as string, label: stateLabel(one) })),
        ]}
        onValue={(next) => onState(next || undefined)}
      />
    </div>
  );
}

interface LineProps {
  readonly execution: Execution;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function ExecutionLine({ execution, chosen, onChoose }: LineProps) {
  const { hostname, state, startedAt, finishedAt, exitCode } = execution;
  return (
    <li>
      <button type="button" class="line-button" aria-current={chosen} onClick={onChoose} onFocus={onChoose}>
        <StateDot state={state} />
        <span class="grow cut">{hostname}</span>
        <span class="faint number">
          {startedAt && finishedAt
            ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))
            : exitCode === null
              ? stateLabel(state)
              : ''}
        </span>
      </button>
    </li>
  );
}
