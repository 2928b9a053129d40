import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.js';
import { step } from './move-focus.js';
import { type Anchor, Popover } from './popover.js';

export interface Option {
  readonly value: string;
  readonly label: string;
  /** A heading above the options of the same group. */
  readonly group?: string;
  readonly tally?: string;
}

interface Props {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly Option[];
  readonly onValue: (value: string) => void;
  readonly placeholder?: string;
  readonly id?: string;
  readonly small?: boolean;
}

/** Chooses one out of many: type to narrow, arrow keys walk, Enter takes. */
export function Combo({ label, value, options, onValue, placeholder = 'Choose …', id, small }: Props) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const chosen = options.find((option) => option.value === value);
  return (
    <span class="combo">
      <button
        ref={anchor}
        type="button"
        id={id}
        class={`input ${small ? 'small' : ''} ${chosen ? '' : 'muted'}`}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={`${label}: ${chosen?.label ?? 'none chosen'}`}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {chosen?.label ?? placeholder}
      </button>
      <Icon name="chevron" />
      {open && (
        <ComboList
          label={label}
          value={value}
          options={options}
          anchor={anchor}
          onPick={(picked) => {
            setOpen(false);
            anchor.current?.focus();
            onValue(picked);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </span>
  );
}

interface ListProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly Option[];
  readonly anchor: Anchor;
  readonly onPick: (value: string) => void;
  readonly onClose: () => void;
}

function ComboList({ label, value, options, anchor, onPick, onClose }: ListProps) {
  const [text, setText] = useState('');
  const found = useMemo(() => narrow(options, text), [options, text]);
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      options.findIndex((option) => option.value === value),
    ),
  );
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(
    () => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }),
    [at, found],
  );
  const pick = (index: number) => {
    const option = found[index];
    if (option) onPick(option.value);
  };
  return (
    <Popover anchor={anchor} onClose={onClose} matchWidth class="choose">
      <input
        autofocus
        class="input small"
        role="combobox"
        aria-label={`${label}: type to narrow`}
        aria-controls={id}
        aria-expanded="true"
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        placeholder="Type to narrow"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const next = step(event.key, at, found.length);
          if (next !== undefined && found.length > 0) {
            event.preventDefault();
            setAt(next);
          } else if (event.key === 'Enter') {
            event.preventDefault();
            pick(at);
          }
        }}
      />
      <div ref={list} id={id} role="listbox" aria-label={label} class="options">
        {found.map((option, index) => (
          <div key={option.value}>
            {option.group && option.group !== found[index - 1]?.group && <div class="heading">{option.group}</div>}
            <button
              type="button"
              tabIndex={-1}
              id={`${id}-${index}`}
              class="item"
              role="option"
              aria-selected={index === at}
              onMouseMove={() => at !== index && setAt(index)}
              onClick={() => pick(index)}
            >
              <span class="grow cut">{option.label}</span>
              {option.tally && <span class="tally">{option.tally}</span>}
              {option.value === value && <Icon name="check" class="small" />}
            </button>
          </div>
        ))}
        {found.length === 0 && <div class="note">Nothing matches “{text}”.</div>}
      </div>
    </Popover>
  );
}

/** Options whose label or group holds every word of the text. */
export function narrow(options: readonly Option[], text: string): readonly Option[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return options;
  return options.filter(({ label, group = '' }) => {
    const hay = `${group} ${label}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}
