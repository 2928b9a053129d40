import type { ExecutionState, Job } from '@rmm/client';
import { formatNumber } from '../format/words.js';
import { Ago, Badge, Bar, type Tone } from '../parts/bits.js';
import { languageLabel } from './languages.js';

const STATES: Readonly<Record<ExecutionState, { readonly label: string; readonly tone: Tone; readonly dot: string }>> =
  {
    queued: { label: 'Waiting', tone: 'plain', dot: 'hollow' },
    accepted: { label: 'Accepted', tone: 'plain', dot: 'hollow' },
    running: { label: 'Running', tone: 'accent', dot: 'busy' },
    success: { label: 'Succeeded', tone: 'good', dot: 'good' },
    'success-warning': { label: 'Succeeded with warnings', tone: 'warn', dot: 'warn' },
    error: { label: 'Failed', tone: 'bad', dot: 'bad' },
    'error-warning': { label: 'Failed with warnings', tone: 'bad', dot: 'bad' },
    'timed-out': { label: 'Timed out', tone: 'bad', dot: 'bad' },
    cancelled: { label: 'Cancelled', tone: 'plain', dot: 'hollow' },
    expired: { label: 'Expired', tone: 'warn', dot: 'warn' },
    refused: { label: 'Refused', tone: 'bad', dot: 'bad' },
  };

export const EXECUTION_STATES = Object.keys(STATES) as ExecutionState[];
const UNDER_WAY: readonly ExecutionState[] = ['queued', 'accepted', 'running'];

export const isOver = (state: ExecutionState) => !UNDER_WAY.includes(state);
export const stateLabel = (state: ExecutionState) => STATES[state].label;

export function StateBadge({ state }: { readonly state: ExecutionState }) {
  return <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>;
}

export function StateDot({ state }: { readonly state: ExecutionState }) {
  const { label, dot } = STATES[state];
  return <span class={`dot ${dot}`} role="img" aria-label={label} title={label} />;
}

const COLOURS: Readonly<Record<Job['colour'], { readonly label: string; readonly dot: string }>> = {
  green: { label: 'All well', dot: 'good' },
  orange: { label: 'Under way or with warnings', dot: 'warn' },
  red: { label: 'Something failed', dot: 'bad' },
};

/** The guide's red, orange and green. */
export function JobColour({ job }: { readonly job: Pick<Job, 'colour' | 'status'> }) {
  const { label, dot } = COLOURS[job.colour];
  const running = job.status === 'active' && job.colour !== 'red';
  return (
    <span
      class={`dot ${running ? 'busy' : dot}`}
      role="img"
      aria-label={running ? 'Under way' : label}
      title={running ? 'Under way' : label}
    />
  );
}

/** How far a job is, as a bar of its devices’ ends. */
export function JobProgress({ job, tall }: { readonly job: Job; readonly tall?: boolean }) {
  const { devices, counts } = job;
  const share = (count: number) => (devices > 0 ? count / devices : 0);
  const done = counts.succeeded + counts.warned + counts.failed;
  return (
    <span class="row job-progress">
      <Bar
        {...(tall && { tall })}
        label={countsText(job)}
        parts={[
          { share: share(counts.succeeded), tone: 'good' },
          { share: share(counts.warned), tone: 'warn' },
          { share: share(counts.failed), tone: 'bad' },
          { share: share(counts.running), tone: '' },
        ]}
      />
      <span class="number muted">
        {formatNumber(done)} / {formatNumber(devices)}
      </span>
    </span>
  );
}

export function countsText({ counts }: Pick<Job, 'counts'>): string {
  const parts = [
    [counts.succeeded, 'succeeded'],
    [counts.warned, 'with warnings'],
    [counts.failed, 'failed'],
    [counts.running, 'running'],
    [counts.waiting, 'waiting'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${formatNumber(count)} ${what}`);
  return told.join(', ') || 'no devices';
}

/** What ran, and who started it when. */
export function JobOrigin({ job }: { readonly job: Job }) {
  const { name, componentId, componentName, language, createdBy, createdAt } = job;
  return (
    <span class="muted wide-only">
      {componentId !== null && componentName !== name && `${componentName} · `}
      {languageLabel(language)} · {createdBy} · <Ago at={createdAt} />
    </span>
  );
}
