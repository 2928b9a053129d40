import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon.js';
import type { IconName } from './icon-paths.js';

type Props = Omit<JSX.IntrinsicElements['button'], 'icon' | 'size' | 'ref'> & {
  readonly kind?: 'plain' | 'primary' | 'danger' | 'ghost';
  readonly icon?: IconName | undefined;
  readonly size?: 'small';
  readonly busy?: boolean;
  readonly children?: ComponentChildren;
};

export function Button({ kind = 'plain', icon, size, busy, class: extra, children, type = 'button', ...rest }: Props) {
  return (
    <button
      {...rest}
      type={type}
      class={`button ${kind} ${size ?? ''} ${String(extra ?? '')}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
    >
      {icon && <Icon name={icon} {...(size && { class: 'small' })} />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<Props, 'children' | 'icon' | 'label'> & { readonly icon: IconName; readonly label: string };

/** A button that is only an icon; its label is its tooltip and name. */
export function IconButton({ label, kind = 'ghost', class: extra, ...rest }: IconButtonProps) {
  return <Button {...rest} kind={kind} title={label} aria-label={label} class={`square ${String(extra ?? '')}`} />;
}
