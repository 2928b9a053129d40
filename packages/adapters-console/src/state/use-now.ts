import { ValueStore } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { useStore } from './use-store.js';

const STEP_MS = 15_000;
const clock = new ValueStore(Date.now());
setInterval(() => clock.set(Date.now()), STEP_MS);

/** The time now, renewed every few seconds; one clock for all views. */
export function useNow(): number {
  return useStore(clock);
}

/** The time now, renewed every second as long as something is running. */
export function useSeconds(running: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
