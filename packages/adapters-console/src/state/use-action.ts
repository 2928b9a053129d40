import { useCallback, useRef, useState } from 'preact/hooks';
import { errorText } from './error-text.js';
import { toast } from './toasts.js';

export interface Action<Args extends unknown[]> {
  readonly run: (...args: Args) => Promise<void>;
  readonly busy: boolean;
  /** Why it last failed, until the next run. */
  readonly error: unknown;
}

/**
 * Something that the user does: one at a time, and a failure is told.
 * @param options.quiet - the caller shows the error itself
 */
export function useAction<Args extends unknown[]>(
  action: (...args: Args) => Promise<unknown>,
  { quiet = false }: { quiet?: boolean } = {},
): Action<Args> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const latest = useRef(action);
  latest.current = action;
  const running = useRef(false);
  const run = useCallback(
    async (...args: Args) => {
      if (running.current) return;
      running.current = true;
      setBusy(true);
      setError(undefined);
      try {
        await latest.current(...args);
      } catch (failure) {
        setError(failure);
        if (!quiet) toast(errorText(failure), { kind: 'bad' });
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [quiet],
  );
  return { run, busy, error };
}
