import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** The element that a pop-up belongs to, as a ref holds it. */
export interface Anchor {
  readonly current: HTMLElement | null;
}

interface Props extends Pick<JSX.IntrinsicElements['div'], 'role' | 'onKeyDown' | 'class' | 'id'> {
  readonly anchor: Anchor;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** As wide as its anchor at least. */
  readonly matchWidth?: boolean;
  readonly label?: string;
  /** `manual`: whoever opened it closes it too. */
  readonly mode?: 'auto' | 'manual';
}

const GAP = 4;

/** A small surface beside its anchor, above everything; the browser closes it on Esc and on a click elsewhere. */
export function Popover({
  anchor,
  onClose,
  children,
  matchWidth,
  label,
  mode = 'auto',
  class: extra = '',
  ...rest
}: Props) {
  const element = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  // Before the paint, so that no key that follows at once is lost; the browser focuses what has autofocus inside.
  useLayoutEffect(() => {
    const pop = element.current;
    if (!pop) return undefined;
    const toggled = (event: Event) => {
      if ('newState' in event && event.newState === 'closed') close.current();
    };
    pop.addEventListener('toggle', toggled);
    pop.showPopover();
    return () => pop.removeEventListener('toggle', toggled);
  }, []);
  useLayoutEffect(() => {
    const place = () => element.current && anchor.current && placeBeside(element.current, anchor.current, matchWidth);
    place();
    addEventListener('resize', place);
    addEventListener('scroll', place, true);
    return () => {
      removeEventListener('resize', place);
      removeEventListener('scroll', place, true);
    };
  });
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role comes with the rest
    <div {...rest} ref={element} popover={mode} class={`rmm pop ${String(extra)}`} aria-label={label}>
      {children}
    </div>
  );
}

function placeBeside(pop: HTMLElement, anchor: HTMLElement, matchWidth = false): void {
  const at = anchor.getBoundingClientRect();
  if (matchWidth) pop.style.minWidth = `${at.width}px`;
  const { offsetWidth: width, offsetHeight: height } = pop;
  const below = innerHeight - at.bottom - GAP;
  const above = height > below && at.top > below;
  pop.style.top = `${above ? Math.max(GAP, at.top - GAP - height) : at.bottom + GAP}px`;
  // To the right end of the anchor where it would leave the page at the right.
  const left = at.left + width > innerWidth - GAP ? at.right - width : at.left;
  pop.style.left = `${Math.max(GAP, left)}px`;
  pop.style.maxHeight = `${Math.max(120, (above ? at.top : below) - 2 * GAP)}px`;
}
