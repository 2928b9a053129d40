import { Check } from '../../parts/field.js';
import { RadioStrip } from '../../parts/radio-strip.js';
import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

const CHOICES = [
  { value: 'open', label: 'Not set' },
  { value: 'on', label: 'On' },
  { value: 'off', label: 'Off' },
] as const;

/** Not set, on or off; where something must hold anyway, a tick. */
export function SwitchInput({ field, value, onValue, open }: ValueProps<FieldOf<'switch'>>) {
  if (!open) {
    const checked = typeof value === 'boolean' ? value : field.fallback === true;
    return <Check label={field.label} checked={checked} onChecked={onValue} />;
  }
  return (
    <RadioStrip
      label={field.label}
      value={value === true ? 'on' : value === false ? 'off' : 'open'}
      choices={CHOICES}
      onValue={(next) => onValue(next === 'open' ? undefined : next === 'on')}
    />
  );
}
