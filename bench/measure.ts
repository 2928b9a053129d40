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

/** The median time of a call in milliseconds, after one call that does not count. */
export function medianMs(call: () => unknown, times: number): number {
  call();
  const taken = Array.from({ length: times }, () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  });
  taken.sort((a, b) => a - b);
  return taken[times >>> 1] as number;
}
