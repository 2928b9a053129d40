import { useId, useRef, useState } from 'preact/hooks';
import { Badge } from './bits.js';
import { narrow, type Option } from './combo.js';
import { Icon } from './icon.js';
import { step } from './move-focus.js';
import { type Anchor, Popover } from './popover.js';

interface Props {
  readonly label: string;
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly onChosen: (values: readonly string[]) => void;
  readonly placeholder?: string;
  /** What is chosen but not among the options, as it has been deleted. */
  readonly missing?: string;
  readonly disabled?: boolean;
  readonly id?: string;
}

const SHOWN = 60;

/** Chooses any number out of many: type to narrow, Enter adds, Backspace takes the last one away. */
export function PickChips({ label, options, chosen, onChosen, placeholder, missing, disabled = false, id }: Props) {
  const { text, open, shown, at, hidden, show, type, add, remove, onKeyDown } = usePicking(options, chosen, onChosen);
  const box = useRef<HTMLDivElement>(null);
  const listId = useId();
  return (
    <div ref={box} class={`input tags-input ${disabled ? 'off' : ''}`}>
      {chosen.map((value) => (
        <Chip
          key={value}
          option={options.find((option) => option.value === value)}
          missing={missing}
          {...(!disabled && { onRemove: () => remove(value) })}
        />
      ))}
      <input
        id={id}
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={listId}
        aria-activedescendant={shown[at] ? `${listId}-${at}` : undefined}
        autocomplete="off"
        disabled={disabled}
        placeholder={chosen.length === 0 ? placeholder : ''}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onFocus={() => show(true)}
        onClick={() => show(true)}
        onBlur={() => show(false)}
        onKeyDown={onKeyDown}
      />
      {open && (
        <Choices
          id={listId}
          label={label}
          anchor={box}
          options={shown}
          at={at}
          hidden={hidden}
          none={noneLeft(options, text)}
          onPick={add}
          onClose={() => show(false)}
        />
      )}
    </div>
  );
}

function noneLeft(options: readonly Option[], text: string): string {
  if (options.length === 0) return 'There are none yet.';
  return text ? `Nothing matches “${text}”.` : 'There is nothing else to choose.';
}

/** What is typed, what is left to choose from, and what the keys do. */
function usePicking(options: readonly Option[], chosen: readonly string[], onChosen: Props['onChosen']) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const free = open ? narrow(options, text).filter(({ value }) => !chosen.includes(value)) : [];
  const shown = free.slice(0, SHOWN);
  const type = (typed: string) => {
    setText(typed);
    setAt(0);
    setOpen(true);
  };
  const show = (on: boolean) => {
    setOpen(on);
    if (!on) setText('');
  };
  const add = (value: string) => {
    onChosen([...chosen, value]);
    type('');
  };
  const remove = (value: string) => onChosen(chosen.filter((one) => one !== value));
  const onKeyDown = (event: KeyboardEvent) => {
    const next = event.key.startsWith('Arrow') ? step(event.key, at, shown.length) : undefined;
    const last = chosen.at(-1);
    if (event.key === 'Enter') {
      event.preventDefault();
      const option = shown[at];
      if (option) add(option.value);
    } else if (event.key === 'Backspace' && !text && last) remove(last);
    else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      event.preventDefault();
      setOpen(false);
    } else if (next !== undefined) {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (shown.length > 0) setAt(next);
    }
  };
  return { text, open, shown, at, hidden: free.length - shown.length, show, type, add, remove, onKeyDown };
}

interface ChoicesProps {
  readonly id: string;
  readonly label: string;
  readonly anchor: Anchor;
  readonly options: readonly Option[];
  /** The one that Enter adds. */
  readonly at: number;
  /** So many more fit than are shown. */
  readonly hidden: number;
  /** What to say when there is no option. */
  readonly none: string;
  readonly onPick: (value: string) => void;
  readonly onClose: () => void;
}

function Choices({ id, label, anchor, options, at, hidden, none, onPick, onClose }: ChoicesProps) {
  return (
    <Popover anchor={anchor} onClose={onClose} matchWidth mode="manual">
      <div id={id} role="listbox" aria-label={label}>
        {options.map((option, index) => (
          <div key={option.value}>
            {option.group && option.group !== options[index - 1]?.group && <div class="heading">{option.group}</div>}
            <button
              type="button"
              id={`${id}-${index}`}
              tabIndex={-1}
              class="item"
              role="option"
              aria-selected={index === at}
              // Before the field loses the focus, which closes the list.
              onMouseDown={(event) => {
                event.preventDefault();
                onPick(option.value);
              }}
            >
              <span class="grow cut">{option.label}</span>
              {option.tally && <span class="tally">{option.tally}</span>}
            </button>
          </div>
        ))}
        {options.length === 0 && <div class="note">{none}</div>}
        {hidden > 0 && <div class="note">{hidden} more; type to narrow.</div>}
      </div>
    </Popover>
  );
}

interface ChipProps {
  readonly option: Option | undefined;
  readonly missing: string | undefined;
  readonly onRemove?: () => void;
}

function Chip({ option, missing = 'deleted', onRemove }: ChipProps) {
  const label = option?.chip ?? option?.label ?? missing;
  return (
    <Badge tone={option ? 'accent' : 'warn'}>
      <span class="cut">{label}</span>
      {onRemove && (
        <button type="button" aria-label={`Remove ${label}`} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </Badge>
  );
}
