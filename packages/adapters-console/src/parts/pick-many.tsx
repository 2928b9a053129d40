import { useState } from 'preact/hooks';
import { narrow, type Option } from './combo.js';
import { Check } from './field.js';

interface Props {
  readonly label: string;
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly onChosen: (values: readonly string[]) => void;
}

/** Chooses any number out of a list, which can be narrowed when it is long. */
export function PickMany({ label, options, chosen, onChosen }: Props) {
  const [text, setText] = useState('');
  const found = narrow(options, text);
  return (
    <fieldset class="field">
      <legend class="label strong">{label}</legend>
      {options.length > 8 && (
        <input
          class="input small"
          type="search"
          aria-label={`${label}: type to narrow`}
          placeholder="Type to narrow"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      <div class="pick-many">
        {found.map(({ value, label: name }) => (
          <Check
            key={value}
            label={name}
            checked={chosen.includes(value)}
            onChecked={(on) => onChosen(on ? [...chosen, value] : chosen.filter((one) => one !== value))}
          />
        ))}
        {found.length === 0 && <span class="faint">{text ? `Nothing matches “${text}”.` : 'There are none yet.'}</span>}
      </div>
    </fieldset>
  );
}
