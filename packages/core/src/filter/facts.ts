import type { FieldDef } from './field-def.js';
import { parseInstant } from './instant.js';

export type FactScalar = string | number | boolean | null;

/** One entry of a list such as `software`: keys are the field ids without the list's name, `scheme` names the version scheme. */
export type FactRecord = Readonly<Record<string, FactScalar | undefined>>;

export type FactValue = FactScalar | readonly FactScalar[] | readonly FactRecord[];

/** What is known of a device: values by field id, lists of records by list name. Absent means unknown. Dates are epoch milliseconds. */
export type Facts = Readonly<Record<string, FactValue | undefined>>;

/** The key under which a record of a list names the scheme of its versions. */
export const SCHEME_KEY = 'scheme';

/**
 * The value of a field as the engine sees it, `undefined` where it is empty. Empty are: absent, `null`, text of blanks only,
 * numbers that are not finite, and values of another type than the field's (an agent's junk must not match anything).
 * Text fields accept numbers, date fields also ISO 8601 text.
 */
export function normaliseFact(type: FieldDef['type'], value: unknown): string | number | boolean | undefined {
  switch (type) {
    case 'string':
    case 'version':
      return normaliseText(value);
    case 'integer':
    case 'real':
      return finite(value);
    case 'date':
      return typeof value === 'string' ? parseInstant(value) : finite(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
  }
}

function normaliseText(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  // Most texts begin with a visible sign, which spares the search for one.
  return text.charCodeAt(0) > 0x20 && text.charCodeAt(0) < 0x7f ? text : text.trim() === '' ? undefined : text;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** All non-empty values of a field that is no list's. A single value stands for a row of one and the other way round. */
export function valuesOf(field: FieldDef, facts: Facts): readonly (string | number | boolean)[] {
  const raw = facts[field.id];
  const candidates: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const values: (string | number | boolean)[] = [];
  for (const candidate of candidates) {
    const value = normaliseFact(field.type, candidate);
    if (value === undefined) continue;
    values.push(value);
    if (field.multi !== true) break;
  }
  return values;
}

/** The key of a list's field inside its records: `name` for `software.name`. */
export function recordKey(field: FieldDef): string {
  return field.list === undefined ? field.id : field.id.slice(field.list.length + 1);
}
