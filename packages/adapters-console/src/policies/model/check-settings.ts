import { plural } from '../../format/words.js';
import { JsonDraft } from './json-draft.js';
import { type FieldOf, fieldsWith, isRecord, type SettingField, type Variant, variantOf } from './setting-field.js';

/** What is wrong with values, by their JSON path as in `/monitors/0/threshold`. */
export type SettingProblems = ReadonlyMap<string, string>;

/** What is wrong with the settings, so that it stands beside the field before the server says so. */
export function checkSettings(fields: readonly SettingField[], settings: unknown): SettingProblems {
  const problems = new Map<string, string>();
  checkFields(fields, isRecord(settings) ? settings : {}, '', problems);
  return problems;
}

/** What is wrong with one object of a list. */
export function checkItem(variants: readonly Variant[], item: unknown): SettingProblems {
  const problems = new Map<string, string>();
  checkObject(variants, item, '', problems);
  return problems;
}

type Problems = Map<string, string>;

function checkFields(
  fields: readonly SettingField[],
  values: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problems,
): void {
  for (const field of fields) {
    const value = values[field.name];
    const at = `${path}/${field.name}`;
    if (!isUnset(value)) checkValue(field, value, at, problems);
    else if (field.required && field.kind !== 'switch') problems.set(at, 'Fill this in.');
  }
}

export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function checkValue(field: SettingField, value: unknown, at: string, problems: Problems): void {
  if (field.kind === 'group') checkObject(field.variants, value, at, problems);
  else if (field.kind === 'items') checkItems(field, value, at, problems);
  const problem = plainProblem(field, value);
  if (problem) problems.set(at, problem);
}

function checkObject(variants: readonly Variant[], value: unknown, at: string, problems: Problems): void {
  const variant = variantOf(variants, value);
  if (variant) checkFields(fieldsWith(variant, value), isRecord(value) ? value : {}, at, problems);
}

function checkItems({ variants, least, most }: FieldOf<'items'>, value: unknown, at: string, problems: Problems): void {
  const items = Array.isArray(value) ? value : [];
  const wrong = amountProblem(items.length, least, most);
  if (wrong) problems.set(at, wrong);
  for (const [index, item] of items.entries()) checkObject(variants, item, `${at}/${index}`, problems);
}

function amountProblem(count: number, least: number, most = Number.POSITIVE_INFINITY): string | undefined {
  if (count < least) return `Add ${plural(least - count, 'more entry', 'more entries')}.`;
  return count > most ? `There may be ${plural(most, 'entry', 'entries')} at most.` : undefined;
}

function plainProblem(field: SettingField, value: unknown): string | undefined {
  switch (field.kind) {
    case 'choice':
      return field.choices.some((one) => one.value === value) ? undefined : 'Choose one.';
    case 'number':
      return numberProblem(field, value);
    case 'text':
      return textProblem(field, String(value));
    case 'time':
      return typeof value === 'string' && CLOCK.test(value) ? undefined : 'Write a time, as in 22:30.';
    case 'many':
      return Array.isArray(value) && value.length < field.least ? `Choose ${field.least} at least.` : undefined;
    case 'lines':
      return linesProblem(field, value);
    case 'json':
      return value instanceof JsonDraft ? jsonProblem(value.text) : undefined;
    default:
      return undefined;
  }
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

function numberProblem({ integer, min, max, step, unit }: FieldOf<'number'>, value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'Write a number.';
  const of = unit ? ` ${unit}` : '';
  if (integer && !Number.isInteger(value)) return 'Write a whole number.';
  if (min !== undefined && value < min) return `${min}${of} at least.`;
  if (max !== undefined && value > max) return `${max}${of} at most.`;
  if (step !== undefined && Math.abs(value / step - Math.round(value / step)) > 1e-9) return `A multiple of ${step}.`;
  return undefined;
}

function textProblem({ minLength = 0, maxLength, pattern, format }: FieldOf<'lines'>['line'], text: string) {
  if (text.length < minLength) return `${minLength} characters at least.`;
  if (maxLength !== undefined && text.length > maxLength) return `${maxLength} characters at most.`;
  if (pattern !== undefined && !fits(pattern, text)) return 'This is not written as it must be.';
  if ((format === 'uri' || format === 'url') && !URL.canParse(text))
    return 'Write a web address, as in https://example.com.';
  if (format === 'email' && !/^\S+@\S+\.\S+$/.test(text)) return 'Write an e-mail address.';
  return undefined;
}

function linesProblem({ line, least, most }: FieldOf<'lines'>, value: unknown): string | undefined {
  const lines = Array.isArray(value) ? value.map(String) : [];
  const bad = lines.map((one) => [one, textProblem(line, one)] as const).find(([, problem]) => problem);
  return bad ? `“${bad[0]}”: ${bad[1]}` : amountProblem(lines.length, least, most);
}

function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    // A pattern that this browser cannot read is left to the server.
    return true;
  }
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
