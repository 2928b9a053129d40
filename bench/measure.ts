import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that live objects take: heap and buffers, after a collection. */
export function heapBytes(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** So long a call is repeated before it is measured, for the compiler to see it. */
const WARM_UP_MS = 150;
/** A sample lasts at least so long, so that the clock's grain does not show. */
const SAMPLE_MS = 2;

/**
 * The median processor time of a call in milliseconds. Processor time, because on a busy machine a long call is interrupted
 * and a short one is not, which would flatter the quick.
 */
export function medianMs(call: () => unknown, samples: number): number {
  let warm = 0;
  let warmUps = 0;
  for (; warm < WARM_UP_MS; warmUps++) warm += Math.max(cpuMs(call, 1), 0.0001);
  const calls = Math.max(1, Math.ceil((SAMPLE_MS * warmUps) / warm));
  const taken = Array.from({ length: samples }, () => cpuMs(call, calls) / calls);
  taken.sort((a, b) => a - b);
  return taken[samples >>> 1] as number;
}

/** Processor time of some calls, in milliseconds. */
export function cpuMs(call: () => unknown, times = 1): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The median time of a call in milliseconds by the clock: for what another process does. */
export async function medianWallMs(call: () => unknown, samples: number): Promise<number> {
  await call();
  const taken: number[] = [];
  for (let i = 0; i < samples; i++) {
    const before = performance.now();
    await call();
    taken.push(performance.now() - before);
  }
  taken.sort((a, b) => a - b);
  return taken[samples >>> 1] as number;
}
