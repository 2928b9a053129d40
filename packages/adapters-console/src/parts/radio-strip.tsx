import { useId } from 'preact/hooks';

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onValue: (value: T) => void;
  readonly disabled?: boolean;
}

/** A few choices side by side, as one stop of the Tab key: the arrow keys choose. */
export function RadioStrip<T extends string>({ label, value, choices, onValue, disabled = false }: Props<T>) {
  const name = useId();
  return (
    <div class="segmented small" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            disabled={disabled}
            onChange={() => onValue(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </div>
  );
}
