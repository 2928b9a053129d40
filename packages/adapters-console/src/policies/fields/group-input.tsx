import { RadioStrip } from '../../parts/radio-strip.js';
import { newObject } from '../model/new-object.js';
import { type FieldOf, isRecord } from '../model/setting-field.js';
import { ObjectFields } from './object-fields.js';
import type { ValueProps } from './value-props.js';

const CHOICES = [
  { value: 'open', label: 'Not set' },
  { value: 'set', label: 'Set' },
] as const;

/** Fields that belong together. Policies decide on all of them or on none. */
export function GroupInput({ field, value, onValue, path, problems, open }: ValueProps<FieldOf<'group'>>) {
  const set = isRecord(value);
  const optional = open || !field.required;
  return (
    <div class="stack">
      {optional && (
        <RadioStrip
          label={field.label}
          value={set ? 'set' : 'open'}
          choices={CHOICES}
          onValue={(next) => onValue(next === 'set' ? newObject(field.variants) : undefined)}
        />
      )}
      {(set || !optional) && (
        <div class="nested">
          <ObjectFields variants={field.variants} value={value} onValue={onValue} path={path} problems={problems} />
        </div>
      )}
    </div>
  );
}
