import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { useStore } from '../state/use-store.js';
import type { Location, NavigateOptions, Router } from './router.js';

const RouterContext = createContext<Router | undefined>(undefined);

export const RouterProvider = RouterContext.Provider;

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error('No router around this view.');
  return router;
}

export function useLocation(): Location {
  return useStore(useRouter());
}

/** The query of the address, and a way to change some of it; empty values are taken out. */
export function useSearch(): [
  URLSearchParams,
  (change: Readonly<Record<string, string | undefined>>, options?: NavigateOptions) => void,
] {
  const router = useRouter();
  const { search } = useLocation();
  return useMemo(
    () => [
      new URLSearchParams(search),
      (change, options) => {
        const { path, search: now } = router.getSnapshot();
        router.navigate(withSearch(path, now, change), options);
      },
    ],
    [router, search],
  );
}

/** A path with its query changed in some parts. */
export function withSearch(path: string, search: string, change: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = next.toString();
  return text ? `${path}?${text}` : path;
}
