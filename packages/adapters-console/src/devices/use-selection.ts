import { useCallback, useMemo, useState } from 'preact/hooks';

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  /** Everything between the last one toggled and this one, in the order shown. */
  readonly extend: (id: string, order: readonly string[]) => void;
  readonly set: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

interface State {
  readonly list: string;
  readonly ids: ReadonlySet<string>;
  readonly last: string | undefined;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Which rows are ticked; they stay so from page to page.
 * @param list - names the list; in another list nothing is ticked
 */
export function useSelection(list: string): Selection {
  const [state, setState] = useState<State>({ list, ids: NONE, last: undefined });
  const change = useCallback(
    (next: (now: Pick<State, 'ids' | 'last'>) => Pick<State, 'ids' | 'last'>) =>
      setState((old) => ({ list, ...next(old.list === list ? old : { ids: NONE, last: undefined }) })),
    [list],
  );
  const actions = useMemo(
    () => ({
      toggle: (id: string) =>
        change(({ ids }) => ({ ids: ids.has(id) ? without(ids, id) : new Set([...ids, id]), last: id })),
      extend: (id: string, order: readonly string[]) =>
        change(({ ids, last }) => ({ ids: new Set([...ids, ...between(order, last ?? id, id)]), last: id })),
      set: (ids: readonly string[]) => change(() => ({ ids: new Set(ids), last: undefined })),
      clear: () => change(() => ({ ids: NONE, last: undefined })),
    }),
    [change],
  );
  const ids = state.list === list ? state.ids : NONE;
  return useMemo(() => ({ ids, ...actions }), [ids, actions]);
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((one) => one !== id));
}

/** The part of a list from one entry to another, both with it, whichever comes first. */
export function between(order: readonly string[], one: string, other: string): readonly string[] {
  const [from = 0, to = 0] = [order.indexOf(one), order.indexOf(other)].sort((a, b) => a - b);
  return order.slice(Math.max(from, 0), to + 1);
}
