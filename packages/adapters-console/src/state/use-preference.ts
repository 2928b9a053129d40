import { useCallback, useState } from 'preact/hooks';
import { readPreference, writePreference } from './preference.js';

/** A list of words that the browser remembers for this user, such as the columns of a table. */
export function usePreference(
  key: string,
  initial: readonly string[],
): [readonly string[], (next: readonly string[]) => void] {
  const [value, setValue] = useState(() => readPreference(key)?.split(',').filter(Boolean) ?? initial);
  const set = useCallback(
    (next: readonly string[]) => {
      setValue([...next]);
      writePreference(key, next.join(','));
    },
    [key],
  );
  return [value, set];
}
