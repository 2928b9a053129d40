import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { visibleRange } from './visible-range.js';

interface Props<T> {
  readonly items: readonly T[];
  readonly rowHeight: number;
  /** Class of the rows, which lays out their cells. */
  readonly class: string;
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ComponentChildren;
  readonly label: string;
}

/** A list of any length: only the rows in sight are drawn. */
export function VirtualRows<T>({ items, rowHeight, class: look, keyOf, children, label }: Props<T>) {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const box = element.current;
    if (!box) return undefined;
    const observer = new ResizeObserver(() => setView({ top: box.scrollTop, height: box.clientHeight }));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const { first, last } = visibleRange(view.top, view.height, rowHeight, items.length);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows are placed one by one, out of the flow of a list
    <div
      ref={element}
      class="virtual grow"
      role="list"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <div class="all" style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, index) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div
            key={keyOf(item)}
            class={`line ${look}`}
            role="listitem"
            aria-posinset={first + index + 1}
            aria-setsize={items.length}
            style={{
              height: `${rowHeight}px`,
              transform: `translateY(${(first + index) * rowHeight}px)`,
            }}
          >
            {children(item)}
          </div>
        ))}
      </div>
    </div>
  );
}
