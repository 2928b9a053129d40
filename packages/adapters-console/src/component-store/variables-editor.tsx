import { Button, IconButton } from '../parts/button.js';
import { Check, Select } from '../parts/field.js';
import { newVariable, type VariableDraft } from './component-draft.js';

const TYPES = [
  { value: 'string', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'choice', label: 'Choice' },
  { value: 'secret', label: 'Secret' },
] as const;

interface Props {
  readonly variables: readonly VariableDraft[];
  readonly onVariables: (variables: readonly VariableDraft[]) => void;
}

/** What a component asks for before it runs; each reaches the script as an environment variable. */
export function VariablesEditor({ variables, onVariables }: Props) {
  return (
    <>
      <header>
        <h2>Variables</h2>
        <Button kind="ghost" size="small" icon="add" onClick={() => onVariables([...variables, newVariable()])}>
          Add
        </Button>
      </header>
      {variables.length === 0 && <p class="inner muted">It asks for nothing before it runs.</p>}
      <ul class="list">
        {variables.map((variable) => (
          <VariableLine
            key={variable.key}
            variable={variable}
            onChange={(next) => onVariables(variables.map((one) => (one.key === variable.key ? next : one)))}
            onRemove={() => onVariables(variables.filter((one) => one.key !== variable.key))}
          />
        ))}
      </ul>
    </>
  );
}

interface LineProps {
  readonly variable: VariableDraft;
  readonly onChange: (variable: VariableDraft) => void;
  readonly onRemove: () => void;
}

function VariableLine({ variable, onChange, onRemove }: LineProps) {
  const text = (key: 'name' | 'description' | 'default' | 'choices') => ({
    value: variable[key],
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onChange({ ...variable, [key]: event.currentTarget.value }),
  });
  return (
    <li class="tall">
      <div class="form grow tight-form">
        <div class="row">
          <input
            {...text('name')}
            class="input mono"
            aria-label="Name"
            placeholder="NAME"
            required
            maxLength={128}
            pattern="[A-Za-z_][A-Za-z0-9_]*"
            title="Letters, digits and underscores"
            spellcheck={false}
          />
          <Select
            aria-label="Type"
            value={variable.type}
            choices={TYPES}
            onValue={(type) => onChange({ ...variable, type })}
          />
          <IconButton icon="trash" label={`Remove ${variable.name || 'variable'}`} onClick={onRemove} />
        </div>
        <input
          {...text('description')}
          class="input"
          aria-label="Description"
          placeholder="Description"
          maxLength={4000}
        />
        {variable.type === 'choice' && (
          <textarea
            {...text('choices')}
            class="input"
            rows={3}
            aria-label="Choices, one a line"
            placeholder="Choices, one a line"
            required
          />
        )}
        <div class="row">
          {variable.type !== 'secret' && (
            <input {...text('default')} class="input" aria-label="Default value" placeholder="Default value" />
          )}
          <Check
            label="Required"
            checked={variable.required}
            onChecked={(required) => onChange({ ...variable, required })}
          />
        </div>
      </div>
    </li>
  );
}
