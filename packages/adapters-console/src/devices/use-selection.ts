import { useCallback, useMemo, useState } from 'preact/hooks';

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string, on?: boolean) => void;
  /** Everything between the last one toggled and this one, in the order shown. */
  readonly extend: (id: string, order: readonly string[]) => void;
  readonly set: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

/** Which rows are ticked; they stay so from page to page. */
export function useSelection(): Selection {
  const [state, setState] = useState<{ ids: ReadonlySet<string>; last: string | undefined }>({
    ids: new Set(),
    last: undefined,
  });
  const toggle = useCallback((id: string, on?: boolean) => {
    setState(({ ids }) => {
      const next = new Set(ids);
      if (on ?? !next.has(id)) next.add(id);
      else next.delete(id);
      return { ids: next, last: id };
    });
  }, []);
  const extend = useCallback((id: string, order: readonly string[]) => {
    setState(({ ids, last }) => {
      const [from, to] = [order.indexOf(last ?? id), order.indexOf(id)].sort((a, b) => a - b);
      return { ids: new Set([...ids, ...order.slice(Math.max(from ?? 0, 0), (to ?? 0) + 1)]), last: id };
    });
  }, []);
  const set = useCallback((ids: readonly string[]) => setState({ ids: new Set(ids), last: undefined }), []);
  const clear = useCallback(() => set([]), [set]);
  return useMemo(() => ({ ids: state.ids, toggle, extend, set, clear }), [state, toggle, extend, set, clear]);
}
