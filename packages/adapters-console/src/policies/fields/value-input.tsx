import type { InputHTMLAttributes } from 'preact';
import { ChoiceInput } from './choice-input.js';
import { ComponentInput } from './component-input.js';
import { GroupInput } from './group-input.js';
import { ItemsInput } from './items-input.js';
import { JsonInput } from './json-input.js';
import { LinesInput } from './lines-input.js';
import { ManyInput } from './many-input.js';
import { NumberInput } from './number-input.js';
import { PairsInput } from './pairs-input.js';
import { PlainInput } from './plain-input.js';
import { SwitchInput } from './switch-input.js';
import type { ValueProps } from './value-props.js';

/** The control that suits a field. */
export function ValueInput(props: ValueProps) {
  const { field } = props;
  switch (field.kind) {
    case 'switch':
      return <SwitchInput {...props} field={field} />;
    case 'choice':
      return <ChoiceInput {...props} field={field} />;
    case 'number':
      return <NumberInput {...props} field={field} />;
    case 'many':
      return <ManyInput {...props} field={field} />;
    case 'lines':
      return <LinesInput {...props} field={field} />;
    case 'group':
      return <GroupInput {...props} field={field} />;
    case 'items':
      return <ItemsInput {...props} field={field} />;
    case 'pairs':
      return <PairsInput {...props} field={field} />;
    case 'plain':
      return <PlainInput {...props} field={field} />;
    case 'json':
      return <JsonInput {...props} field={field} />;
    case 'time':
      return <TextInput {...props} type="time" />;
    case 'text':
      if (field.name === 'componentId') return <ComponentInput {...props} field={field} />;
      return <TextInput {...props} type={field.format === 'date' ? 'date' : 'text'} long={field.long} />;
  }
}

interface TextProps extends ValueProps {
  readonly type: 'text' | 'time' | 'date';
  readonly long?: boolean;
}

function TextInput({ field, value, onValue, binding, type, long }: TextProps) {
  const text = value === undefined || value === null ? '' : String(value);
  const take = (next: string) => onValue(next === '' ? undefined : next);
  if (long)
    return (
      <textarea {...binding} class="input" rows={3} value={text} onInput={(event) => take(event.currentTarget.value)} />
    );
  return (
    <input
      // A variable type cannot choose from the union over the types of field that the attributes are.
      {...({ type } as InputHTMLAttributes<HTMLInputElement>)}
      {...binding}
      class="input"
      spellcheck={false}
      value={text}
      placeholder={typeof field.fallback === 'string' ? field.fallback : ''}
      onInput={(event) => take(event.currentTarget.value)}
    />
  );
}
