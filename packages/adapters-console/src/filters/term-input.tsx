import type { Field } from '@rmm/client';
import { useId } from 'preact/hooks';
import type { TermKind } from './conditions.js';
import { isoToLocal, localToIso } from './local-time.js';

interface Props {
  readonly kind: TermKind;
  readonly field: Field;
  readonly value: string;
  readonly invalid: boolean;
  readonly onValue: (value: string) => void;
}

const PLACEHOLDERS: Readonly<Record<TermKind, string>> = {
  none: '',
  text: 'Text; % stands for anything',
  number: 'Number',
  ranges: '1-5, 8',
  instant: '',
  days: 'Days',
  version: '1.2.3',
};
const DAYS = ['30', '60', '90'];

/** The search term, as the condition wants it. */
export function TermInput({ kind, field, value, invalid, onValue }: Props) {
  const id = useId();
  if (kind === 'none') return <span class="term" />;
  const common = { class: 'input', 'aria-label': 'Search term', ...(invalid && { 'aria-invalid': true as const }) };
  if (kind === 'instant') {
    return (
      <span class="term">
        <input
          {...common}
          type="datetime-local"
          value={isoToLocal(value)}
          onInput={(event) => onValue(localToIso(event.currentTarget.value))}
        />
      </span>
    );
  }
  const suggestions = kind === 'days' ? DAYS : kind === 'text' ? field.choices : [];
  const unit = kind === 'days' ? 'days' : field.unit;
  return (
    <span class="term">
      <input
        {...common}
        type="text"
        inputMode={kind === 'number' || kind === 'days' ? 'decimal' : 'text'}
        list={suggestions.length > 0 ? id : undefined}
        placeholder={PLACEHOLDERS[kind]}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {unit && <span class="unit">{unit}</span>}
      {suggestions.length > 0 && (
        <datalist id={id}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </span>
  );
}
