import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.js';
import { step } from './move-focus.js';
import { type Anchor, Popover } from './popover.js';

export interface Option {
  readonly value: string;
  readonly label: string;
  /** A heading above the options of the same group. */
  readonly group?: string;
  readonly tally?: string;
  /** What it is called once chosen, away from its heading; else its label. */
  readonly chip?: string;
}

interface Props {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly Option[];
  readonly onValue: (value: string) => void;
  readonly placeholder?: string;
  readonly id?: string;
  readonly small?: boolean;
  /** The options are found elsewhere by what is typed. */
  readonly onText?: (text: string) => void;
  /** What to show for a value that is not among the options. */
  readonly shown?: string | undefined;
  /** The options, or those that fit what is typed, are still on their way. */
  readonly loading?: boolean;
}

/** Chooses one out of many: type to narrow, arrow keys walk, Enter takes. */
export function Combo({ label, value, options, onValue, placeholder = 'Choose …', id, small, ...rest }: Props) {
  const { onText, shown, loading = false } = rest;
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const chosen = options.find((option) => option.value === value)?.label ?? (value === undefined ? undefined : shown);
  return (
    <span class="combo">
      <button
        ref={anchor}
        type="button"
        id={id}
        class={`input ${small ? 'small' : ''} ${chosen ? '' : 'muted'}`}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={`${label}: ${chosen ?? 'none chosen'}`}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {chosen ?? placeholder}
      </button>
      <Icon name="chevron" />
      {open && (
        <ComboList
          label={label}
          value={value}
          options={options}
          anchor={anchor}
          onText={onText}
          loading={loading}
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
  readonly onText: ((text: string) => void) | undefined;
  readonly loading: boolean;
  readonly onPick: (value: string) => void;
  readonly onClose: () => void;
}

function ComboList({ label, value, options, anchor, onText, loading, onPick, onClose }: ListProps) {
  const [text, setText] = useState('');
  const found = useMemo(() => (onText ? options : narrow(options, text)), [options, text, onText]);
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
  // Enter before the options have come takes the first of them once they are there.
  const awaited = useRef(false);
  useLayoutEffect(() => {
    if (loading || !awaited.current) return;
    awaited.current = false;
    pick(0);
  }, [loading]);
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
          awaited.current = false;
          setText(event.currentTarget.value);
          onText?.(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const next = step(event.key, at, found.length);
          if (next !== undefined && found.length > 0) {
            event.preventDefault();
            setAt(next);
          } else if (event.key === 'Enter') {
            event.preventDefault();
            if (loading) awaited.current = true;
            else pick(at);
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
        {found.length === 0 && <div class="note">{loading ? 'Loading …' : `Nothing matches “${text}”.`}</div>}
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
