import type { RmmClient } from '@rmm/client';
import { useEffect } from 'preact/hooks';

/** A page in the background gives its connection back after so long; browsers have few of them for one server. */
const HIDDEN_MS = 60_000;

/** Keeps the live connection while somebody is signed in and looks. `refused` is called when the session has ended. */
export function useLiveConnection(client: RmmClient, signedIn: boolean, refused: () => void): void {
  useEffect(() => {
    if (!signedIn) return undefined;
    const { live } = client;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => live.stop(), HIDDEN_MS);
      else live.start();
    };
    const unsubscribe = live.subscribe(() => {
      if (live.getSnapshot() === 'refused') refused();
    });
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', follow);
      unsubscribe();
      live.stop();
    };
  }, [client, signedIn]);
}
