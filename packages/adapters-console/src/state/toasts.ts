import { ValueStore } from '@rmm/client';

export interface Toast {
  readonly id: number;
  readonly kind: 'good' | 'bad';
  readonly text: string;
  /** Somewhere to go on. */
  readonly link?: { readonly to: string; readonly label: string };
}

const SHOWN_MS = { good: 5000, bad: 9000 };
let lastId = 0;

/** Results of what the user did, shown for a while at the foot of the page. */
export const toasts = new ValueStore<readonly Toast[]>([]);

export function toast(text: string, options: Partial<Pick<Toast, 'kind' | 'link'>> = {}): void {
  const shown: Toast = { id: ++lastId, kind: 'good', text, ...options };
  toasts.set([...toasts.getSnapshot().slice(-3), shown]);
  setTimeout(() => dismiss(shown.id), SHOWN_MS[shown.kind]);
}

export function dismiss(id: number): void {
  toasts.set(toasts.getSnapshot().filter((one) => one.id !== id));
}
