import type { ComponentChildren } from 'preact';
import { useRouter } from './router-context.js';

interface Props {
  readonly to: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly title?: string;
  readonly tabIndex?: number;
  readonly current?: boolean;
  readonly onClick?: () => void;
}

/** An anchor that leads to another view without loading the page; new tabs work as ever. */
export function Link({ to, children, onClick, current, ...rest }: Props) {
  const router = useRouter();
  return (
    <a
      {...rest}
      href={router.href(to)}
      {...(current && { 'aria-current': 'page' })}
      onClick={(event) => {
        onClick?.();
        const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (!plain || event.defaultPrevented) return;
        event.preventDefault();
        router.navigate(to);
      }}
    >
      {children}
    </a>
  );
}
