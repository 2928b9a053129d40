import { ValueStore } from '@rmm/client';
import { useStore } from './use-store.js';

const STEP_MS = 15_000;
const clock = new ValueStore(Date.now());
setInterval(() => clock.set(Date.now()), STEP_MS);

/** The time now, renewed every few seconds; one clock for all views. */
export function useNow(): number {
  return useStore(clock);
}
