interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
  readonly disabled?: boolean;
  /** Only screen readers and the tooltip tell the label. */
  readonly bare?: boolean;
}

/** On or off. It shows what holds: who switches may ask first. */
export function Switch({ label, hint, on, onSwitch, disabled = false, bare = false }: Props) {
  return (
    <label class="switch" title={bare ? label : undefined}>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        disabled={disabled}
        onChange={(event) => {
          const wish = event.currentTarget.checked;
          event.currentTarget.checked = on;
          onSwitch(wish);
        }}
      />
      <span class={bare ? 'only-read' : ''}>
        {label}
        {hint && <span class="hint muted">{hint}</span>}
      </span>
    </label>
  );
}
