import { useState } from 'preact/hooks';
import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

/** A number with its unit; what is no number stays as it was typed. */
export function NumberInput({ field, value, onValue, binding }: ValueProps<FieldOf<'number'>>) {
  const { integer, min, max, unit, fallback } = field;
  const [typed, setTyped] = useState(textOf(value));
  // The value may have been set from elsewhere meanwhile.
  const text = parse(typed) === value ? typed : textOf(value);
  return (
    <span class={`term ${unit ? 'with-unit' : ''}`}>
      <input
        {...binding}
        class="input"
        type="text"
        inputMode={integer ? 'numeric' : 'decimal'}
        autocomplete="off"
        placeholder={fallback === undefined ? rangeOf(min, max) : String(fallback)}
        value={text}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          onValue(parse(currentTarget.value));
        }}
      />
      {unit && <span class="unit">{unit}</span>}
    </span>
  );
}

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value));

function parse(typed: string): number | string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  const number = Number(text.replace(',', '.'));
  return Number.isFinite(number) ? number : text;
}

function rangeOf(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `${min} – ${max}`;
  return min !== undefined && min !== 0 ? `from ${min}` : '';
}
