import type { ComponentVariable } from '@rmm/client';
import { Check, SelectField, TextField } from '../parts/field.js';
import type { VariableValues } from './variable-values.js';

interface Props {
  readonly variables: readonly ComponentVariable[];
  readonly values: VariableValues;
  readonly onValues: (values: VariableValues) => void;
}

/** The form that a component's variables make. */
export function VariableFields({ variables, values, onValues }: Props) {
  return (
    <>
      {variables.map((variable) => (
        <VariableField
          key={variable.name}
          variable={variable}
          value={values[variable.name] ?? ''}
          onValue={(value) => onValues({ ...values, [variable.name]: value })}
        />
      ))}
    </>
  );
}

interface FieldProps {
  readonly variable: ComponentVariable;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function VariableField({ variable, value, onValue }: FieldProps) {
  const { name, type, description, required = false, choices = [] } = variable;
  if (type === 'boolean') {
    return (
      <Check
        label={
          <>
            <span class="mono">{name}</span> {description && <span class="muted">{description}</span>}
          </>
        }
        checked={value === 'true'}
        onChecked={(on) => onValue(String(on))}
      />
    );
  }
  const common = { label: name, hint: description, value, onValue };
  if (type === 'choice') {
    return <SelectField {...common} choices={choices.map((one) => ({ value: one, label: one }))} />;
  }
  return (
    <TextField
      {...common}
      required={required}
      type={type === 'number' ? 'number' : type === 'secret' ? 'password' : 'text'}
      autocomplete={type === 'secret' ? 'new-password' : 'off'}
      spellcheck={false}
    />
  );
}
