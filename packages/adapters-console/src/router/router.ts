import { type Store, ValueStore } from '@rmm/client';

/** Where the console is: a path below its base, and the query. */
export interface Location {
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
}

export interface NavigateOptions {
  /** Takes the place of the present entry of the history. */
  readonly replace?: boolean;
}

export interface Router extends Store<Location> {
  /** @param to - path below the base, with its query: `/devices/d1?x=1` */
  navigate(to: string, options?: NavigateOptions): void;
  /** What an `<a>` needs to lead there. */
  href(to: string): string;
  /** Tells what is shown, for the browser's tab. */
  title(name: string): void;
  /** Inside a host's page: where the view began. There it stands without head and tabs. */
  readonly home?: string;
}

export function parseLocation(to: string): Location {
  const mark = to.indexOf('?');
  const path = mark < 0 ? to : to.slice(0, mark);
  return { path: `/${path.replace(/^\/+|\/+$/g, '')}`, search: mark < 0 ? '' : to.slice(mark + 1) };
}

/**
 * Follows the browser's address bar below `base` (`''` or `/console`).
 * @param product - stands behind every title
 */
export function browserRouter(base: string, product: string): Router {
  const read = () => parseLocation(location.pathname.slice(base.length) + location.search);
  const store = new ValueStore(read());
  addEventListener('popstate', () => store.set(read()));
  return {
    getSnapshot: store.getSnapshot,
    subscribe: store.subscribe,
    href: (to) => `${base}${to}`,
    title: (name) => {
      document.title = `${name} · ${product}`;
    },
    navigate(to, { replace = false } = {}) {
      if (replace) history.replaceState(null, '', `${base}${to}`);
      else history.pushState(null, '', `${base}${to}`);
      store.set(read());
    },
  };
}

/**
 * Keeps the place to itself, for a view inside a host's page.
 * @param leave - asked before every step; false when the host has taken it over
 */
export function memoryRouter(start: string, leave: (to: string) => boolean): Router {
  const store = new ValueStore(parseLocation(start));
  return {
    getSnapshot: store.getSnapshot,
    subscribe: store.subscribe,
    href: (to) => `#${to}`,
    // The page's title is the host's.
    title: () => {},
    home: start,
    navigate(to, { replace = false } = {}) {
      if (replace || leave(to)) store.set(parseLocation(to));
    },
  };
}
