/** CPU milliseconds that `work` takes; on a busy machine the clock on the wall tells nothing. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
