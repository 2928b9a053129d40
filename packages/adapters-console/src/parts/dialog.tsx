import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from './button.js';

interface Props {
  readonly title: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** At the foot, the last one decides. */
  readonly buttons?: ComponentChildren;
  /** With it the dialog is a form. */
  readonly onSubmit?: () => void;
  readonly size?: 'wide' | 'sheet';
  /** The content brings its own edges. */
  readonly flush?: boolean;
}

/** A modal dialog: the browser keeps the focus inside, Esc closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children, buttons, onSubmit, size, flush }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the paint, so that no key that follows at once is lost.
  useLayoutEffect(() => {
    const dialog = element.current;
    const root = dialog?.getRootNode();
    const before = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const inside = (
    <>
      <div class="head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label="Close" size="small" onClick={onClose} />
      </div>
      <div class={`inside ${flush ? 'flush' : ''}`}>{children}</div>
      {buttons && <div class="buttons">{buttons}</div>}
    </>
  );
  return (
    <dialog
      ref={element}
      class={`rmm dialog ${size ?? ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget && isOutside(event.currentTarget, event)) onClose();
      }}
    >
      {onSubmit ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      ) : (
        <div class="dialog-form">{inside}</div>
      )}
    </dialog>
  );
}

function isOutside(dialog: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
