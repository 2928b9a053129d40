import { useId, useRef, useState } from 'preact/hooks';
import { Badge } from './bits.js';
import { Icon } from './icon.js';
import { step } from './move-focus.js';
import { Popover } from './popover.js';

interface Props {
  readonly label: string;
  readonly tags: readonly string[];
  readonly onTags: (tags: readonly string[]) => void;
  /** Tags in use elsewhere, for completion. */
  readonly known: readonly { readonly tag: string; readonly devices: number }[];
  readonly id?: string;
}

/** Tags as in the guide: words, separated by spaces, completed from those in use. */
export function TagInput({ label, tags, onTags, known, id }: Props) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const listId = useId();
  const suggestions = text
    ? known.filter(({ tag }) => tag.toLowerCase().includes(text.toLowerCase()) && !tags.includes(tag)).slice(0, 8)
    : [];
  const add = (raw: string) => {
    const fresh = raw.split(/[\s,]+/).filter((tag) => tag && !tags.includes(tag));
    if (fresh.length > 0) onTags([...tags, ...new Set(fresh)]);
    setText('');
    setAt(0);
  };
  const remove = (tag: string) => onTags(tags.filter((one) => one !== tag));
  const onKeyDown = (event: KeyboardEvent) => {
    const next = step(event.key, at, suggestions.length);
    if (suggestions.length > 0 && next !== undefined) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === 'Backspace' && !text) {
      const last = tags.at(-1);
      if (last) remove(last);
    } else if (text && (event.key === 'Enter' || event.key === 'Tab' || event.key === ' ' || event.key === ',')) {
      event.preventDefault();
      add(event.key === 'Tab' ? (suggestions[at]?.tag ?? text) : text);
    }
  };
  return (
    <div ref={box} class="input tags-input">
      {tags.map((tag) => (
        <Badge key={tag} tone="accent">
          {tag}
          <button type="button" aria-label={`Remove tag ${tag}`} onClick={() => remove(tag)}>
            <Icon name="close" />
          </button>
        </Badge>
      ))}
      <input
        id={id}
        role="combobox"
        aria-label={label}
        aria-expanded={suggestions.length > 0}
        aria-controls={listId}
        autocomplete="off"
        maxLength={64}
        placeholder={tags.length === 0 ? 'Type a tag, then a space' : ''}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => text && add(text)}
      />
      {suggestions.length > 0 && (
        <Popover anchor={box} onClose={() => {}} matchWidth>
          <div id={listId} role="listbox" aria-label="Tags in use">
            {suggestions.map(({ tag, devices }, index) => (
              <button
                key={tag}
                type="button"
                tabIndex={-1}
                class="item"
                role="option"
                aria-selected={index === at}
                // Before the field loses the focus and takes what was typed so far.
                onMouseDown={(event) => {
                  event.preventDefault();
                  add(tag);
                }}
              >
                <span class="grow">{tag}</span>
                <span class="tally">{devices}</span>
              </button>
            ))}
          </div>
        </Popover>
      )}
    </div>
  );
}
