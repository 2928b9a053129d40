/** Walks the focus through the matching elements inside with the arrow keys, Home and End. */
export function moveFocus(event: KeyboardEvent, selector: string): void {
  const { currentTarget, key } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  const all = [...currentTarget.querySelectorAll<HTMLElement>(selector)];
  if (all.length === 0) return;
  const root = currentTarget.getRootNode();
  const active = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  const at = all.findIndex((element) => element === active || element.contains(active));
  const next = step(key, at, all.length);
  if (next === undefined) return;
  event.preventDefault();
  all[next]?.focus();
}

/** Where a key leads from position `at` of `length`; undefined for other keys. */
export function step(key: string, at: number, length: number): number | undefined {
  if (key === 'ArrowDown') return (at + 1) % length;
  if (key === 'ArrowUp') return (Math.max(at, 0) - 1 + length) % length;
  if (key === 'Home') return 0;
  if (key === 'End') return length - 1;
  return undefined;
}
