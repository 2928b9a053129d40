import { Select } from '../../parts/field.js';
import { RadioStrip } from '../../parts/radio-strip.js';
import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

/** How many characters fit side by side. */
const SHORT = 28;

/** Whether the choices, and that none is made, stand side by side; otherwise they are in a list. */
export function isStrip({ choices }: FieldOf<'choice'>): boolean {
  return choices.length <= 3 && choices.reduce((sum, { label }) => sum + label.length, 'Not set'.length) <= SHORT;
}

/** One out of a few: side by side where there is room. */
export function ChoiceInput({ field, value, onValue, binding, open }: ValueProps<FieldOf<'choice'>>) {
  const { choices } = field;
  const chosen = choices.findIndex((one) => one.value === value);
  const unset = open || !field.required || chosen < 0;
  const all = [
    ...(unset ? [{ value: '', label: open ? 'Not set' : 'Choose …' }] : []),
    ...choices.map(({ label }, index) => ({ value: String(index), label })),
  ];
  const pick = (index: string) => onValue(index === '' ? undefined : choices[Number(index)]?.value);
  const current = chosen < 0 ? '' : String(chosen);
  if (isStrip(field)) return <RadioStrip label={field.label} value={current} choices={all} onValue={pick} />;
  return <Select {...binding} value={current} choices={all} onValue={pick} />;
}
