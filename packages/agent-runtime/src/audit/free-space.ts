const STEP = 256 * 1024 * 1024;

/** Rounded down to 256 MiB, so that a growing log does not make every audit differ from the last. */
export function quantised(freeBytes: number): number {
  return Math.floor(freeBytes / STEP) * STEP;
}
