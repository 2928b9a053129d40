import type { ExecutionState, JobColour } from './job-contract.js';
import type { JobCounts } from './job-models.js';

/** Which figure of a job an execution's state counts towards. */
const FIGURE: Readonly<Record<ExecutionState, keyof JobCounts>> = {
  queued: 'waiting',
  accepted: 'waiting',
  running: 'running',
  success: 'succeeded',
  'success-warning': 'warned',
  error: 'failed',
  'error-warning': 'failed',
  'timed-out': 'failed',
  cancelled: 'failed',
  expired: 'failed',
  refused: 'failed',
};

/** States from which an execution still moves on. */
export const OPEN_STATES = ['queued', 'accepted', 'running'] as const satisfies readonly ExecutionState[];
export const isOpen = (state: ExecutionState): boolean => (OPEN_STATES as readonly ExecutionState[]).includes(state);

/** Adds up executions by state. */
export function countStates(states: Iterable<readonly [ExecutionState, number]>): JobCounts {
  const counts = { waiting: 0, running: 0, succeeded: 0, warned: 0, failed: 0 };
  for (const [state, number] of states) counts[FIGURE[state]] += number;
  return counts;
}

/** Red when something failed, orange when something warns or is still under way, else green (guide, chapter 10). */
export function colourOf(counts: JobCounts): JobColour {
  if (counts.failed > 0) return 'red';
  return counts.warned + counts.waiting + counts.running > 0 ? 'orange' : 'green';
}
