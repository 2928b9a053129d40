import { readFileSync } from 'node:fs';

/** What a process holds, MiB; Linux only. */
export function memoryOf(pid: number): { readonly rss: number; readonly dirty: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]);
  return { rss: kilobytes('Rss') / 1024, dirty: kilobytes('Private_Dirty') / 1024 };
}

/** Processor time of all threads so far, seconds; Linux only. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/schedstat`, 'utf8');
  return Number(stat.split(' ')[0]) / 1e9;
}
