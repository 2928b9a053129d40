import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly problem?: string | undefined;
  /** Gets the ids that tie it to label and messages. */
  readonly children: (props: FieldBinding) => ComponentChildren;
}

export interface FieldBinding {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid'?: true;
}

/** A label with its control, a hint and what is wrong with the value. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-more`, ...(problem && { 'aria-invalid': true }) })}
      <div id={`${id}-more`} class={problem ? 'problem' : 'hint'} hidden={!problem && !hint}>
        {problem ?? hint}
      </div>
    </div>
  );
}

type Base = { readonly label: string; readonly hint?: ComponentChildren; readonly problem?: string | undefined };
interface Text extends Base {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly class?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly autofocus?: boolean;
  readonly maxLength?: number;
  readonly spellcheck?: boolean;
}

interface TextProps extends Text {
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'date' | 'datetime-local';
  readonly autocomplete?: string;
  readonly inputMode?: 'numeric' | 'email';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

export function TextField({ label, hint, problem, value, onValue, class: extra = '', ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(binding) => (
        <input
          // The attributes are a union over the types of field, which a variable type cannot choose from.
          {...(rest as InputHTMLAttributes<HTMLInputElement>)}
          {...binding}
          class={`input ${extra}`}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface AreaProps extends Text {
  readonly rows?: number;
  readonly wrap?: 'off' | 'soft';
}

export function AreaField({ label, hint, problem, value, onValue, class: extra = '', ...rest }: AreaProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(binding) => (
        <textarea
          {...rest}
          {...binding}
          class={`input ${extra}`}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> extends Base {
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onValue: (value: T) => void;
  readonly disabled?: boolean;
}

export function SelectField<T extends string>({ label, hint, problem, ...rest }: SelectProps<T>) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(binding) => <Select {...rest} {...binding} />}
    </Field>
  );
}

interface BareSelectProps<T extends string> {
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onValue: (value: T) => void;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly id?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

export function Select<T extends string>({ value, choices, onValue, class: extra = '', ...rest }: BareSelectProps<T>) {
  return (
    <select
      {...rest}
      class={`input ${extra}`}
      value={value}
      onChange={(event) => {
        const chosen = choices.find((choice) => choice.value === event.currentTarget.value);
        if (chosen) onValue(chosen.value);
      }}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

interface CheckProps {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Check({ label, checked, onChecked, disabled = false }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
