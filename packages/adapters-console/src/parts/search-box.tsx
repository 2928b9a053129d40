import { useEffect, useRef, useState } from 'preact/hooks';
import { useDebounced } from '../state/use-debounced.js';
import { IconButton } from './button.js';
import { Icon } from './icon.js';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Shown as a hint; the page's `/` key leads here. */
  readonly slash?: boolean;
  /** Wait for a pause in typing, milliseconds. */
  readonly wait?: number;
  /** The arrow key down was pressed in the field. */
  readonly onDown?: (field: HTMLElement) => void;
}

/** A search field. `/` leads into the last one on the page, Esc empties it, then leaves it. */
export function SearchBox({ label, value, onValue, slash, wait = 180, onDown }: Props) {
  const [text, setText] = useState(value);
  const settled = useDebounced(text, wait);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (settled === told.current) return;
    told.current = settled;
    onValue(settled);
  }, [settled]);
  return (
    <div class="search">
      <Icon name="search" class="small" />
      <input
        class="input"
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' && onDown) {
            event.preventDefault();
            onDown(event.currentTarget);
          }
          if (event.key !== 'Escape') return;
          if (text) event.stopPropagation();
          if (text) setText('');
          else event.currentTarget.blur();
        }}
      />
      {text ? (
        <span class="clear">
          <IconButton icon="close" label="Clear" size="small" onClick={() => setText('')} />
        </span>
      ) : (
        slash && (
          <span class="kbd" aria-hidden="true">
            /
          </span>
        )
      )}
    </div>
  );
}
