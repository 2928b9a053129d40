import type { FieldBinding } from './field.js';

interface Props extends FieldBinding {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly placeholder?: string;
  readonly autofocus?: boolean;
  readonly required?: boolean;
}

const INDENT = '  ';

/** A text area for code: Tab indents what is marked, Shift+Tab takes it back, Esc then Tab leaves. */
export function ScriptEditor({ value, onValue, ...rest }: Props) {
  return (
    <textarea
      {...rest}
      class="input code"
      spellcheck={false}
      autocomplete="off"
      autocapitalize="off"
      wrap="off"
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
      onKeyDown={(event) => {
        const area = event.currentTarget;
        if (event.key === 'Escape') area.dataset.leaving = '1';
        else if (event.key !== 'Tab') delete area.dataset.leaving;
        if (event.key === 'Escape') event.stopPropagation();
        if (event.key !== 'Tab' || area.dataset.leaving) return;
        event.preventDefault();
        const next = indent(area.value, area.selectionStart, area.selectionEnd, event.shiftKey);
        area.value = next.text;
        area.setSelectionRange(next.start, next.end);
        onValue(next.text);
      }}
    />
  );
}

/** The text with the marked lines one step further in, or out. Without marked lines, spaces at the cursor. */
export function indent(
  text: string,
  start: number,
  end: number,
  out: boolean,
): { readonly text: string; readonly start: number; readonly end: number } {
  if (start === end && !out) {
    return {
      text: text.slice(0, start) + INDENT + text.slice(end),
      start: start + INDENT.length,
      end: start + INDENT.length,
    };
  }
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lines = text.slice(from, end).split('\n');
  const changed = lines.map((line) => (out ? line.replace(/^( {1,2}|\t)/, '') : INDENT + line));
  const first = (changed[0]?.length ?? 0) - (lines[0]?.length ?? 0);
  const grown = changed.join('\n').length - lines.join('\n').length;
  return {
    text: text.slice(0, from) + changed.join('\n') + text.slice(end),
    start: Math.max(from, start + first),
    end: end + grown,
  };
}
