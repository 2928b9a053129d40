import { JsonDraft } from '../model/json-draft.js';
import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

/** A value of a shape that has no form: as JSON. */
export function JsonInput({ field, value, onValue, binding }: ValueProps<FieldOf<'json'>>) {
  const text = value instanceof JsonDraft ? value.text : value === undefined ? '' : JSON.stringify(value, null, 2);
  return (
    <textarea
      {...binding}
      class="input mono"
      rows={5}
      spellcheck={false}
      placeholder="JSON"
      aria-label={`${field.label}, as JSON`}
      value={text}
      onInput={({ currentTarget }) =>
        onValue(currentTarget.value.trim() === '' ? undefined : draft(currentTarget.value))
      }
      // Tidied once it is left, so that the cursor stays where it is while typing.
      onBlur={({ currentTarget }) => onValue(parsed(currentTarget.value))}
    />
  );
}

const draft = (text: string) => new JsonDraft(text);

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return new JsonDraft(text);
  }
}
