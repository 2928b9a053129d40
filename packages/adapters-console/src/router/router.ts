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

/** Whether to leave; resolves to false to stay. */
export type Ask = () => Promise<boolean>;

export interface Router extends Store<Location> {
  /** @param to - path below the base, with its query: `/devices/d1?x=1` */
  navigate(to: string, options?: NavigateOptions): void;
  /** What an `<a>` needs to lead there. */
  href(to: string): string;
  /**
   * Asks before every step to another path, as long as something would be lost by it; `undefined` lets go. One asks at a
   * time, the latest.
   */
  hold(ask: Ask | undefined): void;
  /** Asks as a step would; true when nothing holds us here any more. */
  leave(): Promise<boolean>;
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

/** Lets steps pass, or asks first. */
class Gate {
  #ask: Ask | undefined;

  readonly hold = (ask: Ask | undefined): void => {
    this.#ask = ask;
  };

  get shut(): boolean {
    return this.#ask !== undefined;
  }

  readonly leave = async (): Promise<boolean> => {
    const ask = this.#ask;
    if (!ask) return true;
    if (!(await ask())) return false;
    if (this.#ask === ask) this.#ask = undefined;
    return true;
  };

  pass(leaves: boolean, go: () => void): void {
    if (leaves && this.shut) void this.leave().then((yes) => yes && go());
    else go();
  }
}

/**
 * Follows the browser's address bar below `base` (`''` or `/console`).
 * @param product - stands behind every title
 */
export function browserRouter(base: string, product: string): Router {
  const read = () => parseLocation(location.pathname.slice(base.length) + location.search);
  const store = new ValueStore(read());
  const gate = new Gate();
  const leaves = (to: string) => parseLocation(to).path !== store.getSnapshot().path;
  const go = (to: string, replace = false) => {
    if (replace) history.replaceState(null, '', `${base}${to}`);
    else history.pushState(null, '', `${base}${to}`);
    store.set(read());
  };
  addEventListener('popstate', () => {
    const to = location.pathname.slice(base.length) + location.search;
    if (!gate.shut || !leaves(to)) {
      store.set(read());
      return;
    }
    // The browser has gone already: back to where we are, and on from there once the user agrees.
    const { path, search } = store.getSnapshot();
    history.pushState(null, '', `${base}${path}${search && `?${search}`}`);
    gate.pass(true, () => go(to, true));
  });
  return {
    getSnapshot: store.getSnapshot,
    subscribe: store.subscribe,
    hold: gate.hold,
    leave: gate.leave,
    href: (to) => `${base}${to}`,
    title: (name) => {
      document.title = `${name} · ${product}`;
    },
    navigate: (to, { replace } = {}) => gate.pass(leaves(to), () => go(to, replace)),
  };
}

/**
 * Keeps the place to itself, for a view inside a host's page.
 * @param leave - asked before every step; false when the host has taken it over
 */
export function memoryRouter(start: string, leave: (to: string) => boolean): Router {
  const store = new ValueStore(parseLocation(start));
  const gate = new Gate();
  return {
    getSnapshot: store.getSnapshot,
    subscribe: store.subscribe,
    hold: gate.hold,
    leave: gate.leave,
    href: (to) => `#${to}`,
    // The page's title is the host's.
    title: () => {},
    home: start,
    navigate(to, { replace = false } = {}) {
      gate.pass(parseLocation(to).path !== store.getSnapshot().path, () => {
        if (replace || leave(to)) store.set(parseLocation(to));
      });
    },
  };
}
