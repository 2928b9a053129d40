import { useEffect } from 'preact/hooks';
import type { Router } from '../router/router.js';

/** The second key after `g`. */
const GO: Readonly<Record<string, string>> = {
  s: '/',
  d: '/system/devices',
  p: '/profiles',
  c: '/components',
  j: '/jobs',
  a: '/account',
};

/** Keys that work everywhere: Ctrl+K into the search of all, `/` into that of the view, `g` and a letter go places. */
export function useShortcuts(router: Router): void {
  useEffect(() => {
    let pendingUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('[data-search-everywhere]')?.focus();
        return;
      }
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return;
      if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('main [data-search]');
        const everywhere = document.querySelector<HTMLInputElement>('[data-search-everywhere]');
        event.preventDefault();
        (field ?? everywhere)?.focus();
        field?.select();
      } else if (event.key === 'g') {
        pendingUntil = Date.now() + 1200;
        return;
      } else if (Date.now() < pendingUntil) {
        const to = GO[event.key];
        if (to) router.navigate(to);
      }
      pendingUntil = 0;
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [router]);
}

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input:not([type=checkbox]), textarea, select, dialog') !== null;
}
