import { useEffect, useRef } from 'preact/hooks';
import { Link } from '../router/link.js';
import { dismiss, toasts } from '../state/toasts.js';
import { useSole } from '../state/use-sole.js';
import { useStore } from '../state/use-store.js';
import { IconButton } from './button.js';
import { Icon } from './icon.js';

/** The results of what the user did. */
export function ToastList() {
  const all = useStore(toasts);
  const sole = useSole('toasts');
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Into the top layer anew, above dialogs that have opened meanwhile.
    const list = element.current;
    if (list?.matches(':popover-open')) list.hidePopover();
    if (all.length > 0) list?.showPopover();
  }, [all, sole]);
  if (!sole) return null;
  return (
    <div ref={element} class="rmm toasts" popover="manual" role="status" aria-live="polite">
      {all.map(({ id, kind, text, link }) => (
        <div key={id} class={`toast ${kind}`}>
          <Icon name={kind === 'good' ? 'check' : 'warning'} />
          <span class="grow wrap">
            {text} {link && <Link to={link.to}>{link.label}</Link>}
          </span>
          <IconButton icon="close" label="Dismiss" size="small" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
