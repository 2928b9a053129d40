import { useState } from 'preact/hooks';
import type { FieldOf } from '../model/setting-field.js';
import type { ValueProps } from './value-props.js';

/** Short texts, one a line. */
export function LinesInput({ field, value, onValue, binding }: ValueProps<FieldOf<'lines'>>) {
  const lines: readonly unknown[] = Array.isArray(value) ? value : [];
  const [typed, setTyped] = useState(lines.join('\n'));
  const same = JSON.stringify(linesOf(typed)) === JSON.stringify(lines);
  return (
    <textarea
      {...binding}
      class="input"
      rows={Math.min(8, Math.max(2, lines.length + 1))}
      placeholder="One a line"
      aria-label={`${field.label}, one a line`}
      spellcheck={false}
      value={same ? typed : lines.join('\n')}
      onInput={({ currentTarget }) => {
        setTyped(currentTarget.value);
        const next = linesOf(currentTarget.value);
        onValue(next.length > 0 ? next : undefined);
      }}
    />
  );
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
