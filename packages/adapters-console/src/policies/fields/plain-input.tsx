import { useState } from 'preact/hooks';
import { parsePlain, printPlain } from '../model/plain-value.js';
import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

type Props = Pick<ValueProps<FieldOf<'plain'>>, 'value' | 'onValue'> & { readonly [attribute: string]: unknown };

/** A text, a number, or true or false. */
export function PlainInput({ value, onValue, binding }: ValueProps<FieldOf<'plain'>>) {
  return <PlainBox {...binding} value={value} onValue={onValue} />;
}

export function PlainBox({ value, onValue, ...attributes }: Props) {
  const [typed, setTyped] = useState(printPlain(value));
  const same = JSON.stringify(parsePlain(typed)) === JSON.stringify(value);
  return (
    <input
      {...attributes}
      class="input"
      spellcheck={false}
      autocomplete="off"
      value={same ? typed : printPlain(value)}
      onInput={({ currentTarget }) => {
        setTyped(currentTarget.value);
        onValue(parsePlain(currentTarget.value));
      }}
    />
  );
}
