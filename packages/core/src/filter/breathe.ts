import { setImmediate } from 'node:timers/promises';

/** So long others wait at most, but for the step at hand. */
const TURN_MS = 8;

let turnedAt = 0;

/** Called between the steps of long work: lets everything else that waits have its turn, if it has waited for a while. */
export async function breathe(): Promise<void> {
  if (performance.now() - turnedAt < TURN_MS) return;
  await setImmediate();
  turnedAt = performance.now();
}
