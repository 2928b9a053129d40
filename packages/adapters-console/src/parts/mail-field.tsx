import { AreaField } from './field.js';

interface Props {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly problem: string | undefined;
  readonly hint: string;
}

export function MailField({ value, onValue, problem, hint }: Props) {
  return (
    <AreaField
      label="Mail recipients"
      rows={3}
      value={value}
      onValue={onValue}
      placeholder="ann@example.com"
      spellcheck={false}
      problem={problem}
      hint={hint}
    />
  );
}

/** Addresses one a line, or separated by commas, semicolons or spaces. */
export function parseMail(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}
