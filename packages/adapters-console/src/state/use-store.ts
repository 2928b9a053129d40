import type { Store } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';

/** The store's value; the component is drawn anew when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, draw] = useState({});
  useEffect(() => {
    const seen = store.getSnapshot();
    const unsubscribe = store.subscribe(() => draw({}));
    // It may have changed between the drawing and this effect.
    if (!Object.is(seen, store.getSnapshot())) draw({});
    return unsubscribe;
  }, [store]);
  return store.getSnapshot();
}
