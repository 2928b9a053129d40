/** A plain value as it is typed: numbers, true and false are themselves, all else is text; quotes make text of anything. */
export function parsePlain(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  try {
    const value: unknown = JSON.parse(trimmed);
    return value === null ? trimmed : value;
  } catch {
    return trimmed;
  }
}

/** The value as it would be typed. */
export function printPlain(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return JSON.stringify(value);
  return parsePlain(value) === value ? value : JSON.stringify(value);
}
