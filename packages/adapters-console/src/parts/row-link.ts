import type { Router } from '../router/router.js';

/** A table row that leads somewhere: by a click anywhere on it, by Enter, and walked through by arrow keys. */
export function rowLink(router: Router, to: string) {
  return {
    class: 'live',
    tabIndex: 0,
    onClick: (event: MouseEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      if (event.defaultPrevented || target?.closest('a, button, input, label') || getSelection()?.toString()) return;
      router.navigate(to);
    },
    onKeyDown: (event: KeyboardEvent) => {
      const row = event.currentTarget instanceof HTMLElement ? event.currentTarget : undefined;
      if (event.target !== row) return;
      const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
      if (event.key === 'Enter') router.navigate(to);
      else if (next instanceof HTMLElement) next.focus();
      else return;
      event.preventDefault();
    },
  };
}
