import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, processesOf } from './process-table.js';
import type { ProcessRef } from './script-run.js';

const POLL_MS = 25;
/** Rounds of hard ending, each with a fresh look: a tree that forks while it is killed needs more than one. */
const HARD_ROUNDS = 40;

/**
 * Ends all processes of an execution: politely, then after `graceMs` for certain.
 *
 * Out of reach on Unix: a process that left its session *and* cleaned its environment *and* whose ancestors are gone.
 *
 * @param root - the execution's first process; undefined when only the mark is known (after a crash of the agent)
 * @returns whether nothing is left
 */
export async function endProcessTree(
  executionId: string,
  root: ProcessRef | undefined,
  graceMs: number,
): Promise<boolean> {
  if (process.platform === 'win32') return root === undefined || endOnWindows(root);
  const polite = await processesOf(executionId, root);
  for (const ref of polite) signal(ref, 'SIGTERM');
  // A stopped process takes the signal only when it goes on.
  for (const ref of polite) signal(ref, 'SIGCONT');
  const until = performance.now() + graceMs;
  while (performance.now() < until && polite.some(isRunning)) await delay(POLL_MS);
  for (let round = 0; round < HARD_ROUNDS; round++) {
    const left = await processesOf(executionId, root);
    if (left.length === 0) return true;
    for (const ref of left) signal(ref, 'SIGKILL');
    await delay(POLL_MS);
  }
  return false;
}

function signal(ref: ProcessRef, name: 'SIGTERM' | 'SIGCONT' | 'SIGKILL'): void {
  if (!isRunning(ref)) return;
  try {
    process.kill(ref.pid, name);
  } catch {
    // It ended meanwhile, or is not ours to end; the next look tells.
  }
}

async function endOnWindows(root: ProcessRef): Promise<boolean> {
  await new Promise<void>((resolve) => {
    execFile('taskkill', ['/pid', String(root.pid), '/t', '/f'], { windowsHide: true }, () => resolve());
  });
  if (!isRunning(root)) return true;
  signal(root, 'SIGKILL');
  await delay(POLL_MS);
  return !isRunning(root);
}
