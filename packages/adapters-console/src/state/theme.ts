import { ValueStore } from '@rmm/client';
import { readPreference, writePreference } from './preference.js';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'rmm.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme {
  const value = readPreference(KEY);
  return THEMES.find((theme) => theme === value) ?? 'auto';
}

/** The user's choice; `auto` follows the system. */
export const theme = new ValueStore<Theme>(stored());

export function setTheme(next: Theme): void {
  writePreference(KEY, next);
  theme.set(next);
}

/** What the choice comes to now. */
export function resolveTheme(choice: Theme): 'light' | 'dark' {
  if (choice !== 'auto') return choice;
  return system.matches ? 'dark' : 'light';
}

/** Keeps an element's `data-theme` as chosen; gives the way to stop. */
export function followTheme(element: HTMLElement, choice: () => Theme): () => void {
  const apply = () => {
    element.dataset.theme = resolveTheme(choice());
  };
  apply();
  const unsubscribe = theme.subscribe(apply);
  system.addEventListener('change', apply);
  return () => {
    unsubscribe();
    system.removeEventListener('change', apply);
  };
}
