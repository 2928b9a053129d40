import { useId } from 'preact/hooks';
import { IconButton } from '../../parts/button.js';
import { isUnset, type SettingProblems } from '../model/check-settings.js';
import type { SettingField } from '../model/setting-field.js';
import { isStrip } from './choice-input.js';
import { ValueInput } from './value-input.js';
import { AnyInput } from './value-props.js';

interface Props {
  readonly field: SettingField;
  /** Items of all policies add up. */
  readonly collected: boolean;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
  readonly problems: SettingProblems;
}

/** A setting of a policy: name and meaning at the left, its value at the right. Not set leaves it to other policies. */
export function SettingRow({ field, collected, value, onValue, problems }: Props) {
  const id = useId();
  const path = `/${field.name}`;
  const problem = problems.get(path);
  const set = !isUnset(value);
  const tall = TALL.includes(field.kind);
  const binding = { id, 'aria-describedby': `${id}-more`, ...(problem && { 'aria-invalid': true as const }) };
  return (
    <div class={`setting ${set ? 'set' : ''} ${tall ? 'tall' : ''}`} data-setting={field.name}>
      <div class="setting-name">
        {isOneControl(field) ? <label for={id}>{field.label}</label> : <span class="label">{field.label}</span>}
        <div id={`${id}-more`} class="hint">
          {field.hint}
          {collected && !field.hint && 'Entries of all policies that hold add up.'}
        </div>
      </div>
      <div class="setting-value">
        <AnyInput.Provider value={ValueInput}>
          <ValueInput {...{ field, value, onValue, path, problems, binding }} open />
        </AnyInput.Provider>
        {set && CLEARED.includes(field.kind) && (
          <IconButton
            icon="close"
            size="small"
            label={`Leave “${field.label}” to other policies`}
            onClick={() => onValue(undefined)}
          />
        )}
        {problem && (
          <div class="problem" role="alert">
            {problem}
          </div>
        )}
      </div>
    </div>
  );
}

const TALL: readonly SettingField['kind'][] = ['group', 'items', 'json', 'lines', 'many', 'pairs'];
const LABELLED: readonly SettingField['kind'][] = ['number', 'text', 'time', 'lines', 'json', 'plain'];
/** Whether the control is one element that a label can name. */
const isOneControl = (field: SettingField) =>
  LABELLED.includes(field.kind) || (field.kind === 'choice' && !isStrip(field));
const CLEARED: readonly SettingField['kind'][] = ['number', 'text', 'time', 'lines', 'json', 'many', 'plain', 'pairs'];
