import { vi } from 'vitest';

/** How long a condition may take on a busy machine; reached only by what will never hold. */
const PATIENCE_MS = 15_000;

type Wait = <T>(
  condition: () => T | Promise<T>,
  options?: number | { readonly timeout?: number; readonly interval?: number },
) => Promise<T>;

/** Vitest itself gives up after a second, which a busy machine may well need. */
function patient(wait: Wait): Wait {
  return (condition, options = {}) =>
    wait(condition, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
}

vi.waitFor = patient(vi.waitFor as Wait) as typeof vi.waitFor;
vi.waitUntil = patient(vi.waitUntil as Wait) as typeof vi.waitUntil;
