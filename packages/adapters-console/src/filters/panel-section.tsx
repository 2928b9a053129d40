import type { ComponentChildren } from 'preact';
import { IconButton } from '../parts/button.js';

interface Props {
  readonly title: string;
  /** What to say when it is empty. */
  readonly none: string;
  readonly addLabel?: string;
  readonly onAdd?: () => void;
  readonly children: ComponentChildren;
}

export function PanelSection({ title, none, addLabel = 'Add', onAdd, children }: Props) {
  const empty = Array.isArray(children) && children.length === 0;
  return (
    <section>
      <h2>
        {title}
        {onAdd && <IconButton icon="add" size="small" label={addLabel} onClick={onAdd} />}
      </h2>
      {empty ? none && <div class="none">{none}</div> : children}
    </section>
  );
}
