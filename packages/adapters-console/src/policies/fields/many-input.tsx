import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

/** Any of a few, such as days of the week; none is not set. */
export function ManyInput({ field, value, onValue, binding }: ValueProps<FieldOf<'many'>>) {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];
  const toggle = (one: unknown) => {
    const next = field.choices.map((choice) => choice.value).filter((each) => chosen.includes(each) !== (each === one));
    onValue(next.length > 0 ? next : undefined);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend and a border
    <div class="pills" role="group" aria-label={field.label} aria-describedby={binding['aria-describedby']}>
      {field.choices.map((choice) => (
        <label key={String(choice.value)} class="pill">
          <input type="checkbox" checked={chosen.includes(choice.value)} onChange={() => toggle(choice.value)} />
          <span>{choice.label}</span>
        </label>
      ))}
    </div>
  );
}
