import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Button, IconButton } from './button.js';
import { Icon } from './icon.js';
import type { IconName } from './icon-paths.js';
import { moveFocus } from './move-focus.js';
import { type Anchor, Popover } from './popover.js';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly checked?: boolean;
  readonly onPick: () => void;
  /** A line above it. */
  readonly apart?: boolean;
}

interface Props {
  readonly items: readonly MenuItem[];
  readonly label: string;
  readonly icon?: IconName;
  /** In place of the label on the button. */
  readonly face?: ComponentChildren;
  readonly size?: 'small';
  readonly kind?: 'plain' | 'ghost';
  readonly heading?: string;
}

/** A button that opens a menu: arrow keys walk, Enter picks, Esc closes. */
export function Menu({ items, label, icon = 'more', face, size, kind = 'ghost', heading }: Props) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const toggle = {
    onClick: () => setOpen(!open),
    'aria-haspopup': 'menu' as const,
    'aria-expanded': open,
    ...(size && { size }),
  };
  return (
    <span ref={anchor} class="row">
      {face ? (
        <Button kind={kind} {...toggle} aria-label={label} title={label}>
          {face}
        </Button>
      ) : (
        <IconButton kind={kind} icon={icon} label={label} {...toggle} />
      )}
      {open && (
        <MenuList
          items={items}
          heading={heading}
          label={label}
          anchor={anchor}
          onClose={() => {
            setOpen(false);
            anchor.current?.querySelector('button')?.focus();
          }}
        />
      )}
    </span>
  );
}

interface ListProps {
  readonly items: readonly MenuItem[];
  readonly heading: string | undefined;
  readonly label: string;
  readonly anchor: Anchor;
  readonly onClose: () => void;
}

function MenuList({ items, heading, label, anchor, onClose }: ListProps) {
  return (
    <Popover
      anchor={anchor}
      onClose={onClose}
      role="menu"
      label={label}
      onKeyDown={(event) => moveFocus(event, '[role^=menuitem]')}
    >
      <div>
        {heading && <div class="heading">{heading}</div>}
        {items.map((item, index) => (
          <div key={item.label}>
            {item.apart && <hr />}
            <button
              type="button"
              class={`item ${item.danger ? 'bad' : ''}`}
              tabIndex={-1}
              autofocus={index === 0}
              {...(item.checked === undefined
                ? { role: 'menuitem' }
                : { role: 'menuitemcheckbox', 'aria-checked': item.checked })}
              onClick={() => {
                onClose();
                item.onPick();
              }}
            >
              {item.icon && <Icon name={item.icon} />}
              <span class="grow">{item.label}</span>
              {item.checked && <Icon name="check" class="small" />}
            </button>
          </div>
        ))}
      </div>
    </Popover>
  );
}
