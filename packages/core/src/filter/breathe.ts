import { setImmediate } from 'node:timers/promises';

/** So long others wait at most, but for the steps at hand. */
const TURN_MS = 8;

let began = 0;
/** The turn that others have next, for which all long works wait together. */
let nextTurn: Promise<void> | undefined;

/**
 * Called between the steps of long work: lets everything else that waits have its turn, if it has waited for a while. It
 * waits since the first such call after the last turn: what is done sooner gives no turn away.
 */
export async function breathe(): Promise<void> {
  if (!nextTurn) {
    began = performance.now();
    nextTurn = setImmediate().then(() => {
      nextTurn = undefined;
    });
  } else if (performance.now() - began >= TURN_MS) await nextTurn;
}

/** Runs long work to its end, breathing between its steps. */
export async function inTurns<T>(steps: Generator<void, T, undefined>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await breathe();
  }
}
